import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../registry/kinds/layers.ts';

/** The global norm of gradients, and what they are scaled by for it, both `[]`. */
export interface Clipping {
  norm: Tensor;
  scale: Tensor;
}

/**
 * What all gradients are scaled by, so that their global norm is at most `limit`: limit / max(limit, norm), `[]`, norm
 * over all of them together (facts 5.2), which comes out beside it. Null: no limit.
 */
export function clipping(tf: TF, gradients: readonly Tensor[], limit: number | null): Clipping | null {
  if (limit === null || gradients.length === 0) return null;
  const norm = tf.tidy(() => {
    // Freed one by one: together the squares are as large as the network.
    const squares = gradients.map((gradient) => tf.tidy(() => tf.sum(tf.square(gradient))));
    return tf.sqrt(tf.addN(squares));
  });
  return { norm, scale: tf.tidy(() => tf.div(limit, tf.maximum(norm, limit))) };
}
