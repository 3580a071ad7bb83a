import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import { IchorError } from '../../../errors.ts';
import { seedOf } from '../../../random.ts';
import type { Layers } from '../../../registry/kinds/layers.ts';
import type { Engine, Tensors } from '../../engine/engine.ts';
import { inLayer } from '../../engine/layer-scope.ts';
import { normIsFrozen } from './frozen.ts';
import { DEFAULTS, margins, pair } from './geometry.ts';

export interface TensorLayersOptions {
  engine: Pick<Engine, 'tf' | 'ops'>;
  /** By name, as NetworkSpec lists them. Plain tensors: `tf.grads` reaches them. */
  weights: Tensors;
  /** Batch statistics (unless frozen) and dropout. */
  training: boolean;
  /** For all layers, or by the name of the layer. */
  batchNorm: BatchNorms;
  /** Weights that keep their values: batch norms of theirs run on their averages. Left out: none. */
  frozen?: ReadonlySet<string>;
  /** int32 `[2]`, another for each step; null: the network may not draw. */
  seed: Tensor | null;
}

/** Whether batch norms take the statistics of a batch while training, or keep their averages. */
export type BatchNorms = 'trained' | 'frozen' | ((layer: string) => 'trained' | 'frozen');

/** The words of a network over tensors of the engine. Differentiable throughout; no value is read in JavaScript. */
export interface TensorLayers extends Layers<Tensor> {
  /**
   * After the forward pass: the new moving averages by weight name, old x momentum + batch x (1 - momentum) with the
   * batch's population variance, as Keras. Empty unless batch norm trains. They belong to the scope of the forward
   * pass: inside of `tf.grads`, `tf.keep` what is to outlive it.
   */
  updates(): Tensors;
}

/** @throws IchorError `weight-missing` where the network asks for a weight that `weights` does not hold. */
export function tensorLayers({
  engine,
  weights,
  training,
  batchNorm,
  frozen = new Set(),
  seed,
}: TensorLayersOptions): TensorLayers {
  const { tf, ops } = engine;
  const updates: Record<string, Tensor> = {};
  const weight = <T extends Tensor>(layer: string, name: string): T => {
    const tensor = weights[`${layer}/${name}`];
    if (tensor) return tensor as T;
    throw new IchorError(
      'weight-missing',
      `The network asks for ${layer}/${name}, and the weights do not hold it.`,
      'These weights belong to another network.',
    );
  };

  const withBias = (name: string, y: Tensor, bias: boolean) => (bias ? tf.add(y, weight(name, 'bias')) : y);
  const move = (name: string, old: Tensor, batch: Tensor, momentum: number) => {
    updates[name] = tf.add(tf.mul(old, momentum), tf.mul(batch, 1 - momentum));
  };

  /**
   * Convolutions by what they gave, as functions that give it times `slope` plus `shift`, both by channel: of a batch norm with
   * fixed statistics, or of a scaled branch. The factor goes into the kernel, so that no pass over the maps is left for it.
   * Only where the plain convolution, which nobody then uses, costs nothing.
   */
  const convolutions = new Map<number, (slope: Tensor, shift: Tensor | null) => Tensor>();
  /** What was padded, by what came of it: a convolution can pad by itself, and the padded map is then made by nobody. */
  const padded = new Map<number, { x: Tensor; pad: Margins }>();
  const convolved = (name: string, kernel: Tensor, run: (kernel: Tensor) => Tensor, bias: boolean): Tensor => {
    if (training || !ops.prunes) return withBias(name, run(kernel), bias);
    const own = bias ? weight(name, 'bias') : null;
    const y = own ? ops.biasAdd(run(kernel), own) : run(kernel);
    convolutions.set(y.id, (slope, shift) => {
      // The last axes of a kernel are what it gives: of a depthwise one two, channel and multiplier.
      const last = slope.rank === 0 ? [] : kernel.shape.slice(kernel.shape.at(-1) === slope.size ? -1 : -2);
      const scaled = run(tf.mul(kernel, tf.reshape(slope, last)));
      const moved = own && tf.mul(own, slope);
      const added = moved && shift ? tf.add(moved, shift) : (moved ?? shift);
      return added ? ops.biasAdd(scaled, added) : scaled;
    });
    return y;
  };
  /** A batch norm with fixed statistics as a factor and a summand by channel. */
  const slopeAndShift = (mean: Tensor, variance: Tensor, beta: Tensor, gamma: Tensor | null, epsilon: number) => {
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const slope = gamma ? tf.mul(gamma, inverse) : inverse;
    return { slope, shift: tf.sub(beta, tf.mul(mean, slope)) };
  };

  type Recurrence = (
    x: Tensor3D,
    kernel: Tensor2D,
    recurrent: Tensor2D,
    bias: Tensor2D,
    mask: Tensor2D,
    reverse: boolean,
  ) => Tensor3D;
  /** Both directions of a recurrence side by side; the ops run over the steps first. */
  const bidirectional = (name: string, x: Tensor, mask: Tensor, recur: Recurrence) => {
    const steps = tf.transpose(x as Tensor3D, [1, 0, 2]);
    const real = tf.transpose(mask as Tensor2D, [1, 0]);
    const run = (direction: 'forward' | 'backward') =>
      recur(
        steps,
        weight(name, `${direction}/kernel`),
        weight(name, `${direction}/recurrent_kernel`),
        weight(name, `${direction}/bias`),
        real,
        direction === 'backward',
      );
    return tf.transpose(tf.concat([run('forward'), run('backward')], 2), [1, 0, 2]);
  };

  return inScopes({
    updates: () => updates,
    shape: (x) => x.shape,
    conv(name, given, { kernel: _, stride = DEFAULTS.stride, padding = DEFAULTS.padding, bias = true }) {
      const { x, pad } = (padding === 'valid' && padded.get(given.id)) || { x: given, pad: padding };
      const run = (kernel: Tensor) => tf.conv2d(x as Tensor4D, kernel as Tensor4D, pair(stride), pad);
      return convolved(name, weight<Tensor4D>(name, 'kernel'), run, bias);
    },
    depthwiseConv(name, x, { kernel: _, stride = DEFAULTS.stride, padding = DEFAULTS.padding, bias = true }) {
      const run = (kernel: Tensor) => tf.depthwiseConv2d(x as Tensor4D, kernel as Tensor4D, [stride, stride], padding);
      return convolved(name, weight<Tensor4D>(name, 'depthwise_kernel'), run, bias);
    },
    batchNorm(name, x, { epsilon = DEFAULTS.epsilon, momentum = DEFAULTS.momentum, scale = true } = {}) {
      const gamma = scale ? weight<Tensor1D>(name, 'gamma') : null;
      const beta = weight<Tensor1D>(name, 'beta');
      const mean = weight<Tensor1D>(name, 'moving_mean');
      const variance = weight<Tensor1D>(name, 'moving_variance');
      const convolution = convolutions.get(x.id);
      if (convolution) {
        const { slope, shift } = slopeAndShift(mean, variance, beta, gamma, epsilon);
        return convolution(slope, shift);
      }
      if (!training) return tf.batchNorm(x as Tensor4D, mean, variance, beta, gamma ?? undefined, epsilon);
      const kept = typeof batchNorm === 'function' ? batchNorm(name) : batchNorm;
      if (kept === 'frozen' || normIsFrozen(frozen, name, scale)) {
        // tf.batchNorm's gradient tiles the statistics to the size of the map; one product and one sum do the same.
        const { slope, shift } = slopeAndShift(mean, variance, beta, gamma, epsilon);
        return tf.add(tf.mul(x, slope), shift);
      }
      const batch = ops.batchNorm(x, gamma, beta, epsilon);
      move(`${name}/moving_mean`, mean, batch.mean, momentum);
      move(`${name}/moving_variance`, variance, batch.variance, momentum);
      return batch.y;
    },
    dense(name, x, { units, bias = true }) {
      const kernel = weight<Tensor2D>(name, 'kernel');
      if (x.rank === 2) return withBias(name, tf.matMul(x, kernel), bias);
      const rows = tf.reshape(x, [-1, kernel.shape[0]]);
      return tf.reshape(withBias(name, tf.matMul(rows, kernel), bias), [...x.shape.slice(0, -1), units]);
    },
    relu: (x) => ops.relu(x),
    relu6: (x) => ops.relu6(x),
    sigmoid: (x) => tf.sigmoid(x),
    swish: (x) => tf.mul(x, tf.sigmoid(x)),
    multiply: (x, gate) => tf.mul(x, gate),
    add(a, b, scale = 1) {
      if (scale === 1) return tf.add(a, b);
      return tf.add(a, convolutions.get(b.id)?.(tf.scalar(scale), null) ?? tf.mul(b, scale));
    },
    concat: (parts) => tf.concat([...parts], -1),
    maxPool: (x, { size, stride = size, padding = DEFAULTS.padding }) =>
      tf.maxPool(x as Tensor4D, pair(size), pair(stride), padding),
    averagePool: (x, { size, stride = size, padding = DEFAULTS.padding }) =>
      tf.avgPool(x as Tensor4D, pair(size), pair(stride), padding),
    pad(x, amount) {
      const [[top, bottom], [left, right]] = margins(amount);
      const pad: Margins = [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ];
      const y = tf.pad(x, pad);
      // TensorFlow.js has no gradient of a convolution that pads so.
      if (!training && ops.prunes) padded.set(y.id, { x, pad });
      return y;
    },
    globalAveragePool: (x, { keep = false } = {}) => tf.mean(x, [1, 2], keep),
    dropout(name, x, rate, { whole = false } = {}) {
      if (!training || rate === 0) return x;
      if (!seed) {
        throw new IchorError('seed-missing', `The layer ${name} drops values while training, and was given no seed.`);
      }
      // The step's seed moved by a constant of the layer: masks that share no numbers, and no value read here.
      const [a = 0, b = 0] = seedOf(0, 'dropout', name);
      const own = tf.add(seed, tf.tensor1d([a | 0, b | 0], 'int32'));
      const shape = whole ? x.shape.map((side, axis) => (axis === 0 ? side : 1)) : x.shape;
      const keep = tf.cast(tf.greaterEqual(ops.statelessUniform(own, shape), rate), 'float32');
      return tf.mul(x, tf.mul(keep, 1 / (1 - rate)));
    },
    biLstm: (name, x, mask) => bidirectional(name, x, mask, ops.lstm),
    biGru: (name, x, mask) => bidirectional(name, x, mask, ops.gru),
    convSteps(name, x, { filters, size, dilation = 1, bias = true }) {
      const kernel = weight<Tensor3D>(name, 'kernel');
      const [batch = 1, steps = 1, width = 1] = x.shape;
      // tfjs has no gradient of a dilated convolution: here it is one product with neighbours side by side.
      const beyond = (size - 1) * dilation;
      const before = Math.floor(beyond / 2);
      const padded = tf.pad(x, [
        [0, 0],
        [before, beyond - before],
        [0, 0],
      ]);
      const beside = Array.from({ length: size }, (_, tap) =>
        tf.slice(padded, [0, tap * dilation, 0], [batch, steps, width]),
      );
      const rows = tf.reshape(tf.concat(beside, 2), [batch * steps, size * width]);
      const y = tf.matMul(rows as Tensor2D, tf.reshape(kernel, [size * width, filters]) as Tensor2D);
      return tf.reshape(withBias(name, y, bias), [batch, steps, filters]);
    },
    masked: (x, mask) => tf.mul(x, tf.expandDims(mask, 2)),
    layerNorm(name, x, { epsilon = DEFAULTS.epsilon } = {}) {
      const { mean, variance } = tf.moments(x, -1, true);
      const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
      return tf.add(tf.mul(normal, weight<Tensor1D>(name, 'gamma')), weight<Tensor1D>(name, 'beta'));
    },
    custom(name, inputs, layer) {
      const own = Object.keys(layer.weights ?? {}).map((key) => [key, weight(name, key)] as const);
      return layer.apply(tf, inputs, Object.fromEntries(own));
    },
  });
}

/** Of the axes of a map. */
type Margins = [[number, number], [number, number], [number, number], [number, number]];

/** The words that stand for a layer by name. */
const NAMED = [
  'conv',
  'depthwiseConv',
  'batchNorm',
  'dense',
  'dropout',
  'biLstm',
  'biGru',
  'convSteps',
  'layerNorm',
  'custom',
] as const satisfies readonly (keyof Layers<Tensor>)[];

/** The same words, the work of each known by its layer: in a graph's names and in errors. */
function inScopes(layers: TensorLayers): TensorLayers {
  const scoped = NAMED.map((word) => {
    const run = layers[word] as (name: string, ...rest: unknown[]) => Tensor;
    return [word, (name: string, ...rest: unknown[]) => inLayer(name, () => run(name, ...rest))] as const;
  });
  return { ...layers, ...Object.fromEntries(scoped) };
}
