import type { Loss } from '../../src/index.ts';

type Cells = Parameters<Loss['cells']>;

/**
 * Binary cross-entropy of each cell, from logits: max(z, 0) - z y + ln(1 + exp(-|z|)), which neither overflows nor loses the
 * small losses of sure answers (facts 5.3).
 */
export function crossEntropy(tf: Cells[0], logits: Cells[1], labels: Cells[2]): ReturnType<Loss['cells']> {
  const size = tf.abs(logits);
  // max(z, 0) as (z + |z|) / 2: then the gradient at z = 0 is the true sigmoid(0) - y, whatever an engine's |z| has there.
  const positive = tf.mul(tf.add(logits, size), 0.5);
  return tf.add(tf.sub(positive, tf.mul(logits, labels)), tf.log1p(tf.exp(tf.neg(size))));
}
