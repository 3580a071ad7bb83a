import type { NetworkWeight } from '../runtime/train/layers/spec.ts';

/** The component's own weights: without those of the layers on the six labels. */
export const ownWeights = (weights: readonly NetworkWeight[]): NetworkWeight[] =>
  weights.filter(({ name }) => !name.startsWith('predictions/') && !name.startsWith('auxiliary/'));

/** `conv1/kernel` -> `conv1`. */
export const layerOf = (weight: string): string => weight.slice(0, Math.max(0, weight.lastIndexOf('/')));
