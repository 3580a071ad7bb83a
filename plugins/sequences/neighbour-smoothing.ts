import { defineSequence, Type } from '../../src/index.ts';

/** Where a probability of 0 or 1 would have no logit. */
const LEAST = 1e-7;

/**
 * What the backbone says of a slice and of its neighbours, averaged: a control without parameters (facts 6). Weights
 * beyond the ends of a series are left out, and the others scaled up.
 */
export default defineSequence({
  name: 'neighbour-smoothing',
  version: 1,
  summary:
    "The weighted mean of the backbone's own answers for a slice and its neighbours: a control that learns nothing.",
  params: Type.Object({
    weights: Type.Array(Type.Number({ minimum: 0 }), {
      default: [0.6, 1.8, 0.6],
      minItems: 3,
      maxItems: 15,
      description: 'Of the slices around one, the slice itself in the middle; only their ratio counts.',
    }),
    over: Type.Union([Type.Literal('probabilities'), Type.Literal('logits')], {
      default: 'probabilities',
      description: 'What is averaged.',
    }),
  }),
  contract: () => ({ needs: 'logits', width: 6, gives: 'logits', trains: false }),
  network(words, logits, mask, { weights, over }) {
    const before = Math.floor(weights.length / 2);
    return words.custom('smooth', [logits, mask], {
      shape: ([of = []]) => of,
      apply(tf, [given, real]) {
        const [batch = 1, steps = 1, width = 1] = given!.shape;
        const shown = tf.expandDims(real!, 2);
        const own = over === 'probabilities' ? tf.sigmoid(given!) : given!;
        const around = (x: typeof own, wide: number) => {
          const padded = tf.pad(x, [
            [0, 0],
            [before, weights.length - 1 - before],
            [0, 0],
          ]);
          return tf.addN(
            weights.map((weight, offset) => tf.mul(tf.slice(padded, [0, offset, 0], [batch, steps, wide]), weight)),
          );
        };
        const total = around(shown, 1);
        const mean = tf.div(around(tf.mul(own, shown), width), tf.maximum(total, LEAST));
        // A slice whose weights are all 0 keeps what it has.
        const smooth = tf.where(tf.tile(tf.greater(total, LEAST), [1, 1, width]), mean, own);
        if (over === 'logits') return smooth;
        const clipped = tf.clipByValue(smooth, LEAST, 1 - LEAST);
        return tf.log(tf.div(clipped, tf.sub(1, clipped)));
      },
    });
  },
});
