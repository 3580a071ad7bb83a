import { defineOptimizer, Type } from '../../src/index.ts';

/**
 * RMSprop as Keras defines it: s = rho s + (1 - rho) g²; d = rate g / sqrt(s + epsilon), s less the square of the mean gradient
 * where it is centred; w -= d, or by way of a momentum that holds such steps. PyTorch adds epsilon to the root.
 */
export default defineOptimizer({
  name: 'rmsprop',
  version: 1,
  summary: "RMSprop in Keras' form: epsilon stands under the root.",
  params: Type.Object({
    rho: Type.Number({
      default: 0.9,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'Decay of the running mean of squared gradients.',
    }),
    momentum: Type.Number({
      default: 0,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of earlier steps that is added to each; 0: none.',
    }),
    epsilon: Type.Number({
      default: 1e-7,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Added to the running mean of squared gradients, under the root.',
    }),
    centred: Type.Boolean({
      default: false,
      description: 'Divides by the standard deviation of gradients in place of their size.',
    }),
  }),
  contract: () => ({}),
  slots: ['square', 'mean', 'step'],
  scalars: (_step, { learningRate }) => ({ rate: learningRate }),
  update: (tf, weight, gradient, slots, scalars, { rho, momentum, epsilon, centred }) => {
    const [square, mean, step, rate] = [slots.square, slots.mean, slots.step, scalars.rate];
    if (!square || !mean || !step || !rate)
      throw new Error('rmsprop: slots square, mean and step and the scalar rate are needed');
    const squares = tf.add(tf.mul(square, rho), tf.mul(tf.square(gradient), 1 - rho));
    const means = tf.add(tf.mul(mean, rho), tf.mul(gradient, 1 - rho));
    const spread = centred ? tf.sub(squares, tf.square(means)) : squares;
    const own = tf.div(tf.mul(gradient, rate), tf.sqrt(tf.add(spread, epsilon)));
    const next = tf.add(tf.mul(step, momentum), own);
    return { weight: tf.sub(weight, next), slots: { square: squares, mean: means, step: next } };
  },
});
