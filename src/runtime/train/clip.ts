import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../registry/layers.ts';

/** Scales all gradients by limit / max(limit, norm), norm over all of them together (facts 5.2). Null: as they are. */
export function clipByGlobalNorm(tf: TF, gradients: readonly Tensor[], limit: number | null): readonly Tensor[] {
  if (limit === null || gradients.length === 0) return gradients;
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares));
  const scale = tf.div(limit, tf.maximum(norm, limit));
  return gradients.map((gradient) => tf.mul(gradient, scale));
}
