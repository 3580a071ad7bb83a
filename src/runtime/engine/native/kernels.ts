import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { KernelBackend, Tensor } from '@tensorflow/tfjs';
import { existsSync } from '../../../files/fs.ts';
import type { TensorInfo } from '../tfjs.ts';
import type { OpAttribute } from './attributes.ts';
import type { NodeBinding, OutputInfo } from './binding.ts';

/** What of tfjs-node's `NodeJSKernelBackend` our own kernels use. */
export interface NodeBackend extends KernelBackend {
  /** Replaced while a step is recorded. */
  binding: NodeBinding;
  createOutputTensor(output: OutputInfo): Tensor;
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs: number): Tensor[];
}

type NodeBackendClass = new (binding: NodeBinding, packageName: string) => NodeBackend;

/** Bundled by the build beside the compiled code: then the package is not needed. */
const VENDORED = fileURLToPath(new URL('../../../../vendor/tfjs-node-kernels.cjs', import.meta.url));
const PACKAGE = '@tensorflow/tfjs-node-gpu';

/** Registers tfjs-node's kernels for the backend `tensorflow` and makes that backend. Its main file is never loaded. */
export function makeNodeBackend(binding: NodeBinding): NodeBackend {
  const require = createRequire(import.meta.url);
  let Backend: NodeBackendClass;
  if (existsSync(VENDORED)) {
    ({ NodeJSKernelBackend: Backend } = require(VENDORED) as { NodeJSKernelBackend: NodeBackendClass });
  } else {
    require(`${PACKAGE}/dist/register_all_kernels`);
    ({ NodeJSKernelBackend: Backend } = require(`${PACKAGE}/dist/nodejs_kernel_backend`) as {
      NodeJSKernelBackend: NodeBackendClass;
    });
  }
  // The name only tells the backend that it may meet a GPU.
  return new Backend(binding, PACKAGE);
}
