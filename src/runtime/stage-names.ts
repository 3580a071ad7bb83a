/** Every stage that there is; a stage may stand in a plan several times. */
export const STAGES = [
  'source',
  'index',
  'shards',
  'split',
  'backbone',
  'embed',
  'sequence',
  // Both networks as one, where the recipe asks for it.
  'end-to-end',
  'predict',
  'calibration',
  'calibrate',
  'labels',
  'evaluate',
  'heat-maps',
  'report',
  // A part of shards or embed, made in a process of its own: it stands in the store, and in no plan.
  'range',
] as const;
export type StageName = (typeof STAGES)[number];

/** The stages whose artifacts are trainings: a history, and networks. */
export const isTraining = (stage: StageName): boolean =>
  stage === 'backbone' || stage === 'sequence' || stage === 'end-to-end';
