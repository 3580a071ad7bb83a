import type { KernelBackend } from '@tensorflow/tfjs';
import type { TensorInfo } from '../tfjs.ts';

/** What of tfjs' `BackendWasm` (4.22) our kernels use. */
export interface WasmBackend extends KernelBackend {
  wasm: { _malloc(bytes: number): number; HEAPU8: Uint8Array };
  makeOutput(shape: readonly number[], dtype: TensorInfo['dtype']): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array | Int32Array | Uint8Array;
}

/**
 * A tensor's values where they lie in the WASM memory. Valid until something is allocated: memory that grows moves.
 * So: first all outputs, then their views.
 */
export function floats(backend: WasmBackend, tensor: TensorInfo): Float32Array {
  if (tensor.dtype !== 'float32') throw new Error(`A tensor of float32 was wanted, not of ${tensor.dtype}.`);
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/**
 * malloc gives 0 where the memory cannot grow any more, and tfjs would go on and write there: numbers would be wrong
 * without a word.
 */
export function guardMemory({ wasm }: WasmBackend): void {
  const malloc = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = malloc(bytes);
    if (address === 0 && bytes > 0) {
      const held = Math.round(wasm.HEAPU8.length / 2 ** 20);
      throw new Error(`Out of memory: WASM holds ${held} MB and gets no further ${Math.ceil(bytes / 2 ** 20)} MB.`);
    }
    return address;
  };
}
