import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';
import type { EngineOps } from '../engine.ts';
import { registerGradients } from './gradients.ts';
import { gru } from './gru.ts';
import { BATCH_NORM, BIAS_ADD, kernel, kernels, RELU, RELU6, STATELESS_UNIFORM, WARP } from './kernels.ts';
import { lstm } from './lstm.ts';

/**
 * The operations of every engine: they differ only in the kernels that their backend registered.
 * @param recorded what is another where steps are recorded.
 */
export function engineOps(
  tf: TF,
  recorded: Pick<EngineOps, 'prunes' | 'update'> = { prunes: false, update: () => false },
): EngineOps {
  registerGradients(tf);
  const biasAdd = (x: Tensor, bias: Tensor) => (recorded.prunes ? kernel(tf, BIAS_ADD, { x, bias }) : tf.add(x, bias));
  return {
    batchNorm: (x, gamma, beta, epsilon) => batchNorm(tf, x, gamma, beta, epsilon),
    biasAdd,
    relu: (x) => kernel(tf, RELU, { x }),
    relu6: (x) => kernel(tf, RELU6, { x }),
    lstm: (x, weights, recurrent, bias, mask, reverse) => lstm(tf, biasAdd, x, weights, recurrent, bias, mask, reverse),
    gru: (x, weights, recurrent, bias, mask, reverse) => gru(tf, biasAdd, x, weights, recurrent, bias, mask, reverse),
    warp: (images, matrices) => warp(tf, images, matrices),
    get prunes() {
      return recorded.prunes;
    },
    update: recorded.update,
    statelessUniform: (seed, shape) => kernel(tf, STATELESS_UNIFORM, { seed }, { shape: [...shape] }),
  };
}

function batchNorm(tf: TF, x: Tensor, gamma: Tensor | null, beta: Tensor, epsilon: number) {
  const channels = x.shape.at(-1) ?? 1;
  const [y, mean, variance, ...saved] = tf.tidy(() => {
    // The fused kernel takes images; for it, any other shape is a column of pixels.
    const images = x.shape.length === 4 ? x : tf.reshape(x, [-1, 1, 1, channels]);
    const scale = gamma ?? tf.ones([channels]);
    return kernels(tf, BATCH_NORM, { x: images, gamma: scale, beta }, { epsilon });
  }) as [Tensor, Tensor, Tensor, ...Tensor[]];
  // The tape keeps copies of what the gradient needs.
  for (const tensor of saved) tensor.dispose();
  return { y: x.shape.length === 4 ? y : tf.reshape(y, x.shape), mean, variance };
}

function warp(tf: TF, images: Tensor4D, matrices: Tensor2D): Tensor4D {
  return tf.tidy(() => {
    const floats = images.dtype === 'float32' ? images : tf.cast(images, 'float32');
    // The last two of TensorFlow's eight numbers bend the plane: not here.
    const transforms = tf.pad(matrices, [
      [0, 0],
      [0, 2],
    ]);
    return kernel(tf, WARP, { images: floats, transforms }) as Tensor4D;
  });
}
