import type { NetworkWeight } from '../runtime/train/layers/spec.ts';

/** The component's own weights: without those of the prediction layer that follows every network. */
export const ownWeights = (weights: readonly NetworkWeight[]): NetworkWeight[] =>
  weights.filter(({ name }) => !name.startsWith('predictions/'));
