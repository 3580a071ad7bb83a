import type { Optimizer } from '../../src/index.ts';
import { Type } from '../../src/index.ts';

/** Parameters of Adam, and of what is Adam but for its weight decay. */
export const ADAM_PARAMS = {
  beta1: Type.Number({
    default: 0.9,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Decay of the running mean of gradients.',
  }),
  beta2: Type.Number({
    default: 0.999,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Decay of the running mean of squared gradients.',
  }),
  epsilon: Type.Number({
    default: 1e-7,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'Added to the root of the running mean of squared gradients, before the correction of bias.',
  }),
};
const params = Type.Object(ADAM_PARAMS);

/**
 * Adam as Keras and TensorFlow define it: w -= rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon), epsilon
 * added before the correction of bias ("epsilon hat"). PyTorch and TensorFlow.js add it after; the two part visibly
 * only where gradients are tiny (facts 5.2). The paper's code is TensorFlow's.
 */
export const ADAM: Pick<Optimizer<typeof params>, 'slots' | 'scalars' | 'update' | 'fused'> = {
  slots: ['m', 'v'],
  scalars: (step, { learningRate, beta1, beta2 }) => ({
    rate: (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step),
  }),
  update: (tf, weight, gradient, slots, scalars, { beta1, beta2, epsilon }) => {
    const [m, v, rate] = [slots.m, slots.v, scalars.rate];
    if (!m || !v || !rate) throw new Error('adam: slots m and v and the scalar rate are needed');
    const mean = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1));
    const square = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const change = tf.mul(tf.div(mean, tf.add(tf.sqrt(square), epsilon)), rate);
    return { weight: tf.sub(weight, change), slots: { m: mean, v: square } };
  },
  // beta1_power and beta2_power are 0: the correction of bias is in the rate.
  fused: ({ beta1, beta2, epsilon }) => ({
    op: 'ResourceApplyAdam',
    inputs: ['weight', { slot: 'm' }, { slot: 'v' }, 0, 0, { scalar: 'rate' }, beta1, beta2, epsilon, 'gradient'],
  }),
};
