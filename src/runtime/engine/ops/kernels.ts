import type { NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';

/**
 * Kernels of ichor, one implementation for each backend. What is fused in one engine and composed in another
 * goes through these names, so that gradients and the ops are written once.
 */
export const BATCH_NORM = 'IchorBatchNorm';
export const BATCH_NORM_GRAD = 'IchorBatchNormGrad';
export const RELU = 'IchorRelu';
export const RELU_GRAD = 'IchorReluGrad';
export const RELU6 = 'IchorRelu6';
export const RELU6_GRAD = 'IchorRelu6Grad';
export const BIAS_ADD = 'IchorBiasAdd';
export const BIAS_ADD_GRAD = 'IchorBiasAddGrad';
export const SIGMOID_GRAD = 'IchorSigmoidGrad';
export const TANH_GRAD = 'IchorTanhGrad';
export const WARP = 'IchorWarp';
export const STATELESS_UNIFORM = 'IchorStatelessUniform';

/** Runs a kernel without the checks and scopes of the public ops: what a loop over 60 steps calls. */
export function kernel(tf: TF, name: string, inputs: Record<string, Tensor>, attributes: object = {}): Tensor {
  return tf.engine().runKernel(name, inputs as NamedTensorMap, attributes as NamedAttrMap);
}

/** The same for a kernel of several outputs. */
export function kernels(tf: TF, name: string, inputs: Record<string, Tensor>, attributes: object = {}): Tensor[] {
  return tf.engine().runKernel<Tensor[]>(name, inputs as NamedTensorMap, attributes as NamedAttrMap);
}
