import type { KernelFunc } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';
import type { TensorInfo } from '../tfjs.ts';
import type { WasmBackend } from './backend.ts';
import { averagePoolGradient } from './kernels/average-pool.ts';
import { batchNorm, batchNormGradient } from './kernels/batch-norm.ts';
import { convFilterGradient, convInputGradient } from './kernels/conv.ts';
import { depthwiseFilterGradient, depthwiseInputGradient } from './kernels/depthwise.ts';
import { sigmoidGradient, tanhGradient } from './kernels/gates.ts';
import type { WasmKernel } from './kernels/kernel.ts';
import { matMul } from './kernels/mat-mul.ts';
import { maxPoolGradient } from './kernels/max-pool.ts';
import { mean, sum } from './kernels/reduce.ts';
import { relu, relu6, relu6Gradient, reluGradient } from './kernels/relu.ts';
import { statelessUniform } from './kernels/stateless-uniform.ts';
import { warp } from './kernels/warp.ts';

export const WASM = 'wasm';

/** What tfjs' WASM backend lacks: gradients of convolutions, and ichor's own kernels. */
const ADDED: readonly WasmKernel[] = [
  convFilterGradient,
  depthwiseInputGradient,
  depthwiseFilterGradient,
  batchNorm,
  batchNormGradient,
  relu,
  reluGradient,
  relu6,
  relu6Gradient,
  sigmoidGradient,
  tanhGradient,
  warp,
  statelessUniform,
];

/** In front of tfjs' own: many times as fast, or right where those are not. */
const REPLACED: readonly WasmKernel[] = [convInputGradient, maxPoolGradient, averagePoolGradient, matMul, sum, mean];

export const KERNELS_ADDED = ADDED.map(({ name }) => name);
export const KERNELS_REPLACED = REPLACED.map(({ name }) => name);

/** After the backend is initialised: what is replaced has been set up by then. */
export function registerWasmKernels(tf: TF): void {
  for (const { name, run } of [...ADDED, ...REPLACED]) {
    const replaced = tf.getKernel(name, WASM);
    const kernelFunc: KernelFunc = (args) =>
      run({
        tf,
        backend: args.backend as WasmBackend,
        inputs: args.inputs as unknown as Record<string, TensorInfo>,
        attributes: args.attrs ?? {},
        original() {
          if (!replaced) throw new Error(`tfjs has no kernel ${name} for WASM to fall back on.`);
          return replaced.kernelFunc(args) as TensorInfo;
        },
      });
    if (replaced) tf.unregisterKernel(name, WASM);
    tf.registerKernel({ kernelName: name, backendName: WASM, kernelFunc });
  }
}
