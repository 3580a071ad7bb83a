/** What a recipe can name and, of the last one, what a file for `--on-config` names. Each kind has a definer (`defineWindow`, ...) and a shape for its components. */
export const KINDS = [
  'source',
  'series-rule',
  'split',
  'window',
  'augmentation',
  'backbone',
  'sequence',
  'loss',
  'optimizer',
  'schedule',
  'sampler',
  'calibration',
  'metric',
  'tracker',
  'executor',
] as const;
/** `window`, `backbone`, … */
export type Kind = (typeof KINDS)[number];
