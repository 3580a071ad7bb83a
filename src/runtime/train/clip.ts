import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../registry/kinds/layers.ts';

/**
 * What all gradients are scaled by, so that their global norm is at most `limit`: limit / max(limit, norm), `[]`, norm
 * over all of them together (facts 5.2). Null: no limit.
 */
export function clipScale(tf: TF, gradients: readonly Tensor[], limit: number | null): Tensor | null {
  if (limit === null || gradients.length === 0) return null;
  return tf.tidy(() => {
    // Freed one by one: together the squares are as large as the network.
    const squares = gradients.map((gradient) => tf.tidy(() => tf.sum(tf.square(gradient))));
    return tf.div(limit, tf.maximum(tf.sqrt(tf.addN(squares)), limit));
  });
}
