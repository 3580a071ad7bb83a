import { createRequire } from 'node:module';
import { join } from 'node:path';
// @ts-expect-error: a script without types
import { onnxNode } from '../scripts/onnx-node.mjs';

export interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number> & Iterable<number>;
}

/** As much of onnxruntime-node as tests use. */
export interface OnnxRuntime {
  InferenceSession: {
    create(bytes: Uint8Array, options: object): Promise<OnnxSession>;
  };
  Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OnnxTensor;
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(inputs: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
}

const folder: string | null = onnxNode();

/** Null where `node scripts/onnx-node.mjs` has made none. */
export const onnxRuntime: OnnxRuntime | null =
  folder === null ? null : (createRequire(join(folder, 'package.json'))('onnxruntime-node') as OnnxRuntime);

/** The title of tests that need it. */
export const withRuntime = (title: string): string =>
  onnxRuntime === null ? `${title} (there is no onnxruntime-node: \`node scripts/onnx-node.mjs\`)` : title;
