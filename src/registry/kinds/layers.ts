import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';

/** The `tf` of the chosen engine. Only types are imported here: the registry never loads an engine. */
export type TF = typeof tfjs;

/** Along height and width; one number for both. */
export type Pair = number | readonly [number, number];
/** TensorFlow's rule: `same`, as many outputs as inputs / stride, rounded up; `valid`, only whole windows. */
export type Padding = 'same' | 'valid';
/** Where a weight starts, as Keras defines it (facts 4.6); drawn from a stream of the weight's own name. */
export type Initializer = 'glorot-uniform' | 'orthogonal' | 'zeros' | 'ones' | 'he-normal' | 'lstm-bias';

/** A weight of a `custom` layer. */
export interface WeightSpec {
  /** Known sizes; `[]` is a scalar. */
  shape: readonly number[];
  initializer: Initializer;
  /** False: a running average that no gradient reaches. */
  trainable: boolean;
}

/**
 * The words a network is written in. A network is ONE function over them and is run in two ways:
 * with shapes only (parameter counts, multiply-adds, contracts; no engine), and with tensors.
 * Every layer with weights has a name, unique in its network; its weights are `<name>/kernel`, ...
 * Layout NHWC, kernels HWIO, and what is left out as in Keras: padding `valid`, stride 1 (pools: their size), with bias,
 * batch norm epsilon 1e-3 and momentum 0.99. Initial values: kernels Glorot uniform, biases 0, scales 1.
 */
export interface Layers<T> {
  /** `[batch, height, width, channels]` and the like; null where a size is not known before a batch is seen. */
  shape(x: T): readonly (number | null)[];
  /** Weights `kernel` [h, w, in, filters], `bias`. Padding as TensorFlow's. */
  conv(
    name: string,
    x: T,
    options: { filters: number; kernel: Pair; stride?: Pair; padding?: Padding; bias?: boolean },
  ): T;
  /**
   * Each channel by itself, `[batch, h, w, c]` -> `[batch, h', w', c]`. Weights `depthwise_kernel` [h, w, c, 1], `bias`. One
   * stride for height and width, as TensorFlow has it.
   */
  depthwiseConv(name: string, x: T, options: { kernel: Pair; stride?: number; padding?: Padding; bias?: boolean }): T;
  /** Weights `gamma` (unless `scale: false`), `beta`, `moving_mean`, `moving_variance`. Population variance, as Keras. */
  batchNorm(name: string, x: T, options?: { epsilon?: number; momentum?: number; scale?: boolean }): T;
  /** The last axis: `[…, in]` -> `[…, units]`. Weights `kernel` [in, units], `bias`. */
  dense(name: string, x: T, options: { units: number; bias?: boolean }): T;
  /** max(x, 0). */
  relu(x: T): T;
  /** min(max(x, 0), 6). */
  relu6(x: T): T;
  /** 1 / (1 + exp(-x)). */
  sigmoid(x: T): T;
  /** x sigmoid(x), which others call SiLU. */
  swish(x: T): T;
  /**
   * Value by value. `gate` has x's shape, or `[batch, 1, 1, channels]`: one factor for each channel of an image. Squeeze and
   * excitation (Hu et al. 2018) is `multiply(x, sigmoid(conv(..., swish(conv(..., globalAveragePool(x, { keep: true }))))))`.
   */
  multiply(x: T, gate: T): T;
  /** a + scale * b */
  add(a: T, b: T, scale?: number): T;
  /** Along the last axis. */
  concat(parts: readonly T[]): T;
  /** `[batch, height, width, channels]`; stride as its size where it is left out. */
  maxPool(x: T, options: { size: Pair; stride?: Pair; padding?: Padding }): T;
  /** The same; what lies beyond the edge counts in no mean. */
  averagePool(x: T, options: { size: Pair; stride?: Pair; padding?: Padding }): T;
  /** Zeros around the image: `[[top, bottom], [left, right]]`, or one number for all sides. */
  pad(x: T, amount: number | readonly [readonly [number, number], readonly [number, number]]): T;
  /** `[batch, height, width, channels]` -> `[batch, channels]`; `keep`: `[batch, 1, 1, channels]`, for a convolution. */
  globalAveragePool(x: T, options?: { keep?: boolean }): T;
  /**
   * Inverted dropout while training, 0 <= rate < 1; a mask of its own for each name and step. `whole`: an item of the batch
   * is dropped or kept as a whole (stochastic depth, Huang et al. 2016).
   */
  dropout(name: string, x: T, rate: number, options?: { whole?: boolean }): T;
  /**
   * Keras' Bidirectional(LSTM(cells, return_sequences=True)), concat: `[batch, steps, in]` -> `[batch, steps, 2 cells]`,
   * zero where the mask is 0. Weights `forward/kernel` [in, 4 cells], `forward/recurrent_kernel`, `forward/bias`, the same
   * for `backward`; gates in the order i, f, c, o.
   */
  biLstm(name: string, x: T, mask: T, options: { cells: number }): T;
  /**
   * Keras' Bidirectional(GRU(cells, return_sequences=True)) with reset_after, as biLstm otherwise. Weights
   * `forward/kernel` [in, 3 cells], `forward/recurrent_kernel`, `forward/bias` [2, 3 cells] (of the input, of the state), the
   * same for `backward`; gates in the order z, r, h.
   */
  biGru(name: string, x: T, mask: T, options: { cells: number }): T;
  /**
   * Along the steps of `[batch, steps, in]` -> `[batch, steps, filters]`, zeros beyond the ends (`same`), every `dilation`-th
   * step. Weights `kernel` [size, in, filters], `bias`. What stands in masked steps is read: `masked` it before.
   */
  convSteps(name: string, x: T, options: { filters: number; size: number; dilation?: number; bias?: boolean }): T;
  /** `[batch, steps, in]`, zero where the mask `[batch, steps]` is 0. */
  masked(x: T, mask: T): T;
  /** Each vector along the last axis to mean 0 and variance 1, then `gamma` and `beta`, epsilon 1e-3, as Keras. */
  layerNorm(name: string, x: T, options?: { epsilon?: number }): T;
  /**
   * What no word above says: own weights and a differentiable function of tf, pure (nothing read, drawn or kept).
   * `shape` gives the output's shape from the inputs' shapes, so that the network still runs without an engine.
   */
  custom(
    name: string,
    inputs: readonly T[],
    layer: {
      weights?: Readonly<Record<string, WeightSpec>>;
      shape(inputs: readonly (readonly (number | null)[])[]): readonly (number | null)[];
      /** Of one item, forward, for the limits of the engines; left out: none are counted. */
      multiplyAdds?(inputs: readonly (readonly (number | null)[])[]): number;
      apply(tf: TF, inputs: readonly Tensor[], weights: Readonly<Record<string, Tensor>>): Tensor;
    },
  ): T;
}
