import { defineLoss, Type } from '../../src/index.ts';

/**
 * Binary cross-entropy on logits, each label a question of its own: max(z, 0) - z y + ln(1 + exp(-|z|)),
 * which neither overflows nor loses the small losses of sure answers (facts 5.3).
 */
export default defineLoss({
  name: 'binary-cross-entropy',
  version: 1,
  summary: 'Binary cross-entropy on logits, each of the six labels by itself.',
  params: Type.Object({}),
  contract: () => ({}),
  cells: (tf, logits, labels) => {
    const size = tf.abs(logits);
    // max(z, 0) as (z + |z|) / 2: then the gradient at z = 0 is the true sigmoid(0) - y, whatever an engine's |z| has there.
    const positive = tf.mul(tf.add(logits, size), 0.5);
    return tf.add(tf.sub(positive, tf.mul(logits, labels)), tf.log1p(tf.exp(tf.neg(size))));
  },
});
