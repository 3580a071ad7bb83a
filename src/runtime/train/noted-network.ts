/** What a note is about, before anything is trained. */
export interface NotedNetwork {
  stage: 'backbone' | 'sequence';
  /** `backbone`, `backbone:fold-2`. */
  id: string;
  /** Name of its component. */
  type: string;
  /** Whether the recipe can say the momentum: `backbone.momentum`. */
  ownMomentum: boolean;
  /** Passes over the data after which what is frozen trains as well; absent: nothing is, or stays so. */
  unfreezeAfter?: number;
  /** Made to show that everything runs: no cause is looked for in it. */
  smoke: boolean;
}

/** `the base network (resnet-50)`; of several backbones with the instance's name. */
export function networkTitle({ stage, id, type }: Pick<NotedNetwork, 'stage' | 'id' | 'type'>): string {
  if (id !== stage) return `the network ${id} (${type})`;
  return stage === 'backbone' ? `the base network (${type})` : `the sequence model (${type})`;
}
