import { KernelMemory } from '../../../web-assembly/kernel-memory.ts';
import { type WasmMemory, webAssembly } from '../../../web-assembly/web-assembly.ts';
import { MODULE } from './unpack-bytes.ts';

/** Why a segment is not the bytes of a picture. */
export type Unfit = 'goes on' | 'ends';

/** The bytes of a picture, of which each word's stand in a segment of their own. */
export interface Unpacker {
  /**
   * Words of 8 or 16 bits in little endian.
   * @param segments packed bits (PackBits), one segment for each byte of a word, the most significant first
   * @returns how many bytes of each segment they took; or what is wrong with one
   */
  unpack(
    segments: readonly Uint8Array[],
    pixels: number,
  ): { words: Uint8Array; taken: readonly number[] } | { unfit: Unfit };
}

/** In TypeScript: what unpack.wat means, and what does it where there is no WebAssembly. */
export const plainUnpacker: Unpacker = {
  unpack(segments, pixels) {
    const words = new Uint8Array(pixels * segments.length);
    const taken: number[] = [];
    for (const [place, segment] of segments.entries()) {
      const plane = new Uint8Array(pixels);
      const took = unpackBits(segment, plane);
      if (typeof took !== 'number') return { unfit: took };
      taken.push(took);
      const byte = segments.length - 1 - place;
      for (let i = 0; i < pixels; i++) words[i * segments.length + byte] = plane[i] as number;
    }
    return { words, taken };
  },
};

function unpackBits(from: Uint8Array, into: Uint8Array): number | Unfit {
  let at = 0;
  let out = 0;
  while (out < into.length && at < from.length) {
    const head = from[at++] as number;
    if (head === 128) continue;
    const run = head < 128 ? head + 1 : 257 - head;
    // A byte that makes the length even may be packed as well.
    if (out + run > into.length + 1) return 'goes on';
    const end = Math.min(into.length, out + run);
    if (head < 128) {
      if (at + run > from.length) break;
      into.set(from.subarray(at, at + end - out), out);
      at += run;
    } else {
      const value = from[at++];
      if (value === undefined) break;
      into.fill(value, out, end);
    }
    out = end;
  }
  return out < into.length ? 'ends' : at;
}

interface Functions {
  memory: WasmMemory;
  unpack(from: number, length: number, into: number, pixels: number): number;
  interleave(low: number, high: number, pixels: number, out: number): void;
}

/** What the functions may read or write behind what they were asked for. Bytes. */
const SLACK = 32;
/** Beyond so much memory it is given up after a picture: WebAssembly never gives any back. Bytes. */
const MOST_KEPT = 128 * 1024 * 1024;

let made: Unpacker | null = null;

/** The fastest there is here: one a thread. */
export function unpacker(): Unpacker {
  made ??= wasmUnpacker() ?? plainUnpacker;
  return made;
}

/** Null where this machine, or this Node (`--jitless`), runs no WebAssembly with SIMD. */
export function wasmUnpacker(): Unpacker | null {
  const module = Buffer.from(MODULE, 'base64');
  if (webAssembly === undefined || !webAssembly.validate(module)) return null;
  const functions = new webAssembly.Instance(new webAssembly.Module(module)).exports as Functions;
  const memory = new KernelMemory(functions.memory);
  const room = (name: string, bytes: number) => memory.room(name, bytes + SLACK);
  return {
    unpack(segments, pixels) {
      const from = room('from', Math.max(...segments.map(({ length }) => length)));
      const planes = segments.map((_, place) => room(`plane ${place}`, pixels));
      const words = room('words', pixels * segments.length);
      const taken: number[] = [];
      for (const [place, segment] of segments.entries()) {
        new Uint8Array(memory.buffer, from, segment.length).set(segment);
        const took = functions.unpack(from, segment.length, planes[place] as number, pixels);
        if (took < 0) return { unfit: took === -1 ? 'goes on' : 'ends' };
        taken.push(took);
      }
      const [high = 0, low] = planes;
      if (low !== undefined) functions.interleave(low, high, pixels, words);
      const at = low === undefined ? high : words;
      const found = new Uint8Array(memory.buffer, at, pixels * segments.length).slice();
      if (memory.buffer.byteLength > MOST_KEPT) made = null;
      return { words: found, taken };
    },
  };
}
