import { defineLoss, Type } from '../../src/index.ts';
import { crossEntropy } from './cross-entropy.ts';

/** What is left of a sure answer: below, its logarithm would be none. */
const LEAST = 1e-7;

/**
 * Lin et al. 2017, as Keras' BinaryFocalCrossentropy from logits: (1 - p)^gamma times binary cross-entropy, p the probability
 * of the right answer.
 */
export default defineLoss({
  name: 'focal',
  version: 1,
  summary: 'Binary cross-entropy in which sure answers count less.',
  params: Type.Object({
    gamma: Type.Number({ default: 2, minimum: 0, maximum: 10, description: '0: plain cross-entropy.' }),
    alpha: Type.Union([Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), Type.Null()], {
      default: null,
      description: 'Weight of positive cells, 1 - alpha that of the others; null: both count 1.',
    }),
  }),
  contract: ({ gamma, alpha }) => ({ probabilities: gamma === 0 && alpha === null }),
  cells: (tf, logits, labels, { gamma, alpha }) => {
    const positive = tf.sigmoid(logits);
    // 1 - p, of labels between 0 and 1 too: where they are smoothed.
    const wrong = tf.add(tf.mul(labels, tf.sub(1, positive)), tf.mul(tf.sub(1, labels), positive));
    const factor = tf.exp(tf.mul(tf.log(tf.maximum(wrong, LEAST)), gamma));
    const cells = tf.mul(factor, crossEntropy(tf, logits, labels));
    if (alpha === null) return cells;
    return tf.mul(cells, tf.add(tf.mul(labels, 2 * alpha - 1), 1 - alpha));
  },
});
