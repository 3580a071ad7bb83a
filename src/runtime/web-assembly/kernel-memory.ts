import type { WasmMemory } from './web-assembly.ts';

/** What a page is. Bytes. */
const PAGE = 65536;

interface Region {
  at: number;
  bytes: number;
}

/**
 * Room in the memory of a WebAssembly module, by name. What a region holds is lost where it has to become larger; a new one
 * is 0. Views are only good until more memory is asked for, addresses until more of that name is.
 */
export class KernelMemory {
  readonly #regions = new Map<string, Region>();
  #end = 0;

  constructor(readonly memory: WasmMemory) {}

  get buffer(): ArrayBuffer {
    return this.memory.buffer;
  }

  /** The address of a region of at least so many bytes, at a multiple of 16. */
  room(name: string, bytes: number): number {
    const known = this.#regions.get(name);
    if (known !== undefined && known.bytes >= bytes) return known.at;
    // By half at least: what moves to the end leaves its room behind, and sizes settle with the first slices of a set.
    const size = Math.ceil(Math.max(bytes, 1.5 * (known?.bytes ?? 0)) / 16) * 16;
    const at = this.#end;
    const needed = at + size - this.memory.buffer.byteLength;
    if (needed > 0) this.memory.grow(Math.ceil(needed / PAGE));
    this.#regions.set(name, { at, bytes: size });
    this.#end = at + size;
    return at;
  }
}
