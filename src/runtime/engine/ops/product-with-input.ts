import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';

/**
 * A matrix product of Eigen, which computes where oneDNN does not (AVX2), sums rows that are left over after blocks of four in another
 * order. Without any left over the bits of a slice depend on no padding and on no mate in its batch.
 */
const ROWS_AT_ONCE = 4;

/** The product of a recurrent layer with its input, over all steps at once: x `[steps, batch, width]` times `[width, n]`, as `[steps x batch, n]`. */
export function productWithInput(tf: TF, x: Tensor3D, weights: Tensor2D): Tensor {
  const [steps, batch, width] = x.shape;
  const rows = steps * batch;
  const flat = tf.reshape(x, [rows, width]) as Tensor2D;
  const more = (ROWS_AT_ONCE - (rows % ROWS_AT_ONCE)) % ROWS_AT_ONCE;
  if (more === 0) return tf.matMul(flat, weights);
  const all = tf.matMul(tf.concat([flat, tf.zeros([more, width])], 0), weights);
  return tf.slice(all, [0, 0], [rows, weights.shape[1]]);
}
