import type { Padding, Pair } from '../../../registry/kinds/layers.ts';

export const pair = (value: Pair): [number, number] =>
  typeof value === 'number' ? [value, value] : [value[0], value[1]];

export type Margins = readonly [readonly [number, number], readonly [number, number]];

export const margins = (amount: number | Margins): Margins =>
  typeof amount === 'number'
    ? [
        [amount, amount],
        [amount, amount],
      ]
    : amount;

/** Side of the output of a window that slides over `side` cells, by TensorFlow's rule; less than 1: it does not fit. */
export const slide = (side: number, window: number, stride: number, padding: Padding): number =>
  padding === 'same' ? Math.ceil(side / stride) : Math.floor((side - window) / stride) + 1;

export const count = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** What a word of `Layers` takes where its caller leaves it out, as in Keras. */
export const DEFAULTS = { padding: 'valid', stride: 1, epsilon: 1e-3, momentum: 0.99 } as const;
