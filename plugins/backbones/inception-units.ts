import type { Layers, Pair } from '../../src/index.ts';
import { scaleChannels } from './scale.ts';

/** A convolution with its norm and ReLU. */
export interface Step {
  filters: number;
  kernel: Pair;
  stride?: number;
  padding?: 'same' | 'valid';
}

/** A convolution of a branch: filters, kernel. */
export const c = (filters: number, kernel: Pair = 1): Step => ({ filters, kernel });
/** One that reads whole windows only. */
export const valid = (filters: number, kernel: Pair = 1): Step => ({ filters, kernel, padding: 'valid' });
/** The last of a branch that halves the map. */
export const half = (filters: number): Step => ({ filters, kernel: 3, stride: 2, padding: 'valid' });

/**
 * What the Inception networks of Keras are made of. Convolutions without a name of their own are `conv2d`, `conv2d_1` ...
 * in the order of creation, their norms `batch_normalization` with the same numbers, as in a fresh Keras session: its files
 * list them in another order, so that only the number tells which is which (facts-weights 1.2).
 */
export function inceptionUnits<T>(layers: Layers<T>, width: number, momentum: number) {
  let made = 0;
  /** Convolution without bias, batch norm without scale, ReLU. */
  const unit = (conv: string, norm: string, x: T, { filters, kernel, stride = 1, padding = 'same' }: Step): T => {
    const y = layers.conv(conv, x, { filters: scaleChannels(filters, width), kernel, stride, padding, bias: false });
    return layers.relu(layers.batchNorm(norm, y, { scale: false, momentum }));
  };
  const chain = (x: T, steps: readonly Step[]): T =>
    steps.reduce((input, step) => {
      const number = made === 0 ? '' : `_${made}`;
      made++;
      return unit(`conv2d${number}`, `batch_normalization${number}`, input, step);
    }, x);
  const halved = (x: T): T => layers.maxPool(x, { size: 3, stride: 2 });
  /** Branches that halve the map, a pool beside them. */
  const reduce = (x: T, branches: readonly (readonly Step[])[]): T =>
    layers.concat([...branches.map((branch) => chain(x, branch)), halved(x)]);
  /** A 1x1 after the mean of each cell and its neighbours. */
  const pooled = (x: T, filters: number): T =>
    chain(layers.averagePool(x, { size: 3, stride: 1, padding: 'same' }), [c(filters)]);
  return { unit, chain, halved, reduce, pooled };
}
