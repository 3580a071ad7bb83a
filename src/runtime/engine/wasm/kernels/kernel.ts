import type { NamedAttrMap } from '@tensorflow/tfjs';
import type { TF } from '../../../../registry/kinds/layers.ts';
import type { TensorInfo } from '../../tfjs.ts';
import type { WasmBackend } from '../backend.ts';

export interface KernelCall {
  tf: TF;
  backend: WasmBackend;
  inputs: Record<string, TensorInfo>;
  attributes: NamedAttrMap;
  /** The kernel of tfjs that this one stands in front of. Throws where there is none. */
  original(): TensorInfo;
}

/** A kernel for the backend `wasm`: one that tfjs lacks, or a faster one in front of its own. */
export interface WasmKernel {
  name: string;
  run(call: KernelCall): TensorInfo | TensorInfo[];
}

export function input({ inputs }: KernelCall, name: string): TensorInfo {
  const tensor = inputs[name];
  if (tensor === undefined) throw new Error(`A kernel was called without its input ${name}.`);
  return tensor;
}
