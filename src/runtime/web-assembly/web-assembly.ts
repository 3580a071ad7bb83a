/** What is used of WebAssembly: TypeScript knows it from browsers alone. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** By so many pages. Throws a RangeError where there are none left. */
  grow(pages: number): number;
}

interface WebAssemblyOfNode {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: object };
  /** By so many pages. Throws a RangeError where there are none left. */
  Memory: new (pages: {
    initial: number;
    maximum?: number;
  }) => WasmMemory;
}

/** Undefined under `--jitless`. */
export const webAssembly = (globalThis as { WebAssembly?: WebAssemblyOfNode }).WebAssembly;
