import type { KernelFunc } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/layers.ts';
import type { TensorInfo } from '../tfjs.ts';
import type { WasmBackend } from './backend.ts';
import { batchNorm, batchNormGradient } from './kernels/batch-norm.ts';
import { convFilterGradient, convInputGradient } from './kernels/conv.ts';
import type { WasmKernel } from './kernels/kernel.ts';
import { matMul } from './kernels/mat-mul.ts';
import { maxPoolGradient } from './kernels/max-pool.ts';
import { mean, sum } from './kernels/reduce.ts';
import { relu, reluGradient } from './kernels/relu.ts';
import { statelessUniform } from './kernels/stateless-uniform.ts';
import { warp } from './kernels/warp.ts';

export const WASM = 'wasm';

/** Kernels that tfjs' WASM backend lacks, and faster ones in front of its own. */
const KERNELS: readonly WasmKernel[] = [
  convFilterGradient,
  convInputGradient,
  maxPoolGradient,
  matMul,
  sum,
  mean,
  batchNorm,
  batchNormGradient,
  relu,
  reluGradient,
  warp,
  statelessUniform,
];

/** After the backend is initialised: what is replaced has been set up by then. Returns the names of all that is ours. */
export function registerWasmKernels(tf: TF): string[] {
  for (const { name, run } of KERNELS) {
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
  return KERNELS.map(({ name }) => name);
}
