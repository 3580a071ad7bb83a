import { defineOptimizer, Type } from '../../src/index.ts';

/**
 * Gradient descent as Keras defines it: v = momentum v - rate g; w += v, and with Nesterov w += momentum v - rate g. The rate
 * stands inside of the velocity: where it falls, what is under way keeps the earlier one. PyTorch's stands outside; the two
 * agree while the rate is constant.
 */
export default defineOptimizer({
  name: 'sgd',
  version: 1,
  summary: "Gradient descent with momentum in Keras' form: the learning rate stands inside of the velocity.",
  params: Type.Object({
    momentum: Type.Number({
      default: 0.9,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of the velocity that is kept from step to step; 0: none.',
    }),
    nesterov: Type.Boolean({
      default: false,
      description: 'Steps by the velocity as it will be after this gradient (Nesterov).',
    }),
  }),
  contract: () => ({}),
  slots: ['velocity'],
  scalars: (_step, { learningRate }) => ({ rate: learningRate }),
  update: (tf, weight, gradient, slots, scalars, { momentum, nesterov }) => {
    const [velocity, rate] = [slots.velocity, scalars.rate];
    if (!velocity || !rate) throw new Error('sgd: the slot velocity and the scalar rate are needed');
    const step = tf.mul(gradient, rate);
    const next = tf.sub(tf.mul(velocity, momentum), step);
    const change = nesterov ? tf.sub(tf.mul(next, momentum), step) : next;
    return { weight: tf.add(weight, change), slots: { velocity: next } };
  },
  fused: ({ momentum, nesterov }) =>
    nesterov
      ? null
      : {
          op: 'ResourceApplyKerasMomentum',
          inputs: ['weight', { slot: 'velocity' }, { scalar: 'rate' }, 'gradient', momentum],
        },
});
