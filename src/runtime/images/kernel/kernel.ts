import { crcTables } from '../../tfrecord/crc32c.ts';
import { KernelMemory } from '../../web-assembly/kernel-memory.ts';
import { type WasmMemory, webAssembly } from '../../web-assembly/web-assembly.ts';
import type { Taps, WindowTable } from '../resize.ts';
import { MODULE } from './module-bytes.ts';

/** What slice-kernel.wat exports; it says what each of them does. Addresses and lengths in bytes. */
interface Functions {
  memory: WasmMemory;
  count(words: number, pixels: number, even: number, odd: number): void;
  collect(even: number, odd: number, used: number, counts: number): number;
  widen(bytes: number, pixels: number, out: number): void;
  lookUp(words: number, pixels: number, table: number, out: number): void;
  add(words: number, pixels: number, added: number, out: number): void;
  resizeByTwo(
    bits: number,
    table: number,
    rows: number,
    height: number,
    across: number,
    width: number,
    out: number,
    stride: number,
  ): void;
  addRow(bits: number, columns: number, table: number, weight: number, sums: number): void;
  finishRow(
    sums: number,
    columns: number,
    across: number,
    width: number,
    weights: number,
    out: number,
    stride: number,
  ): void;
  crc(crc: number, at: number, length: number, tables: number): number;
}

const WORDS = 65536;
/** Channels that are made at once. */
const LANES = 4;
/** Tables and taps of so many kinds stay there: the slices of a series share them. */
const MOST_KEPT = 8;
/** WebAssembly writes little endian whatever the machine is, and views of its memory as the machine does. */
const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** What functions may write behind what they were asked for. */
const SLACK = 16;

/**
 * The work on pixels in WebAssembly with SIMD, and its memory: one a thread. One slice after the other: what stands there is
 * overwritten by the next.
 */
export class SliceKernel {
  readonly memory: KernelMemory;
  readonly #functions: Functions;
  readonly #kept = new Map<object, string>();

  private constructor(functions: Functions) {
    this.#functions = functions;
    this.memory = new KernelMemory(functions.memory);
  }

  /** Null where this machine, or this Node (`--jitless`), runs no WebAssembly with SIMD: then TypeScript does the same. */
  static make(): SliceKernel | null {
    if (!LITTLE || webAssembly === undefined) return null;
    const bytes = Buffer.from(MODULE, 'base64');
    if (!webAssembly.validate(bytes)) return null;
    const functions = new webAssembly.Instance(new webAssembly.Module(bytes)).exports as Functions;
    return new SliceKernel(functions);
  }

  /** A view of what stands in the kernel's memory: good until more memory is asked for. */
  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }

  /** Words of 16 bits as a view of this memory. `at`: even. */
  words16(at: number, pixels: number): Uint16Array {
    return new Uint16Array(this.memory.buffer, at, pixels);
  }

  /** Where there is room for what is made here: an address that stays until a slice needs more room of this name. */
  region(name: string, bytes: number): number {
    return this.memory.room(name, bytes + SLACK);
  }

  /** Room for the bytes of a file: a view that is good until more memory is asked for. */
  file(length: number): Uint8Array {
    return this.bytes(this.region('file', length), length);
  }

  /** The address, an even one, of words of 16 bits: where `bytes` stand, or copied. `width`: bytes of a word. */
  words(bytes: Uint8Array, pixels: number, width: 1 | 2): number {
    const place = bytes.buffer === this.memory.buffer ? bytes.byteOffset : null;
    if (place !== null && width === 2 && place % 2 === 0) return place;
    const length = width * pixels;
    // Bytes that stand here already are moved by their address: room for them may cost their view.
    const at = this.region('words', 2 * pixels);
    const packed = width === 2 ? at : this.region('packed', pixels);
    if (place === null) this.bytes(packed, length).set(bytes.subarray(0, length));
    else this.bytes(0, this.memory.buffer.byteLength).copyWithin(packed, place, place + length);
    if (width === 1) this.#functions.widen(packed, pixels, at);
    return at;
  }

  /** The words that are there, ascending, and how often each is. */
  count(words: number, pixels: number): { used: Uint32Array; counts: Uint32Array } {
    const [even, odd, used, counts] = this.#counters();
    this.#functions.count(words, pixels, even, odd);
    const found = this.#functions.collect(even, odd, used, counts);
    const { buffer } = this.memory;
    return {
      used: new Uint32Array(buffer, used, found).slice(),
      counts: new Uint32Array(buffer, counts, found).slice(),
    };
  }

  /** Each word's entry of a table of 16 bits, in a region behind `head` bytes. */
  lookUp(words: number, pixels: number, table: Uint16Array | Int16Array, region: string, head = 0): number {
    const out = this.region(region, head + 2 * pixels) + head;
    const from = this.#keep(table, table.byteLength, (at) => this.#put(at, table));
    this.#functions.lookUp(words, pixels, from, out);
    return out;
  }

  /** Each word and a number, of 16 bits, what runs over cut off, in a region behind `head` bytes. */
  add(words: number, pixels: number, added: number, region: string, head = 0): number {
    const out = this.region(region, head + 2 * pixels) + head;
    this.#functions.add(words, pixels, added, out);
    return out;
  }

  /**
   * What `resizeChannels` makes of a picture of stored bits: `[rows, columns]` -> `[size, size, channels]` bytes at `out`. Up to
   * three bytes are written behind them.
   */
  resize(bits: number, columns: number, table: WindowTable, vertical: Taps, horizontal: Taps, out: number): void {
    const { channels } = table;
    const groups = Math.ceil(channels / LANES);
    const patterns = table.values.length / channels;
    const groupBytes = 4 * LANES * patterns;
    const values = this.#keep(table, groups * groupBytes, (at) => this.#putTable(at, table, groups));
    const taps = this.#keepTaps(columns, vertical, horizontal);
    const height = vertical.first.length;
    const width = horizontal.first.length;
    // The last group first: the bytes that it writes beside its own are those of the first group of the next pixel.
    for (let group = groups - 1; group >= 0; group--) {
      const from = values + group * groupBytes;
      const to = out + group * LANES;
      if (vertical.pairs !== null && horizontal.pairs !== null)
        this.#functions.resizeByTwo(bits, from, taps, height, taps + 24 * height, width, to, channels);
      else this.#resizeByMany(bits, columns, from, vertical, taps, width, to, channels);
    }
  }

  #resizeByMany(
    bits: number,
    columns: number,
    table: number,
    vertical: Taps,
    taps: number,
    width: number,
    out: number,
    channels: number,
  ): void {
    const sums = this.#sums(columns);
    const { first, start, weights } = vertical;
    for (let y = 0; y < first.length; y++) {
      const [top, bottom] = [start[y] as number, start[y + 1] as number];
      for (let k = top; k < bottom; k++) {
        const row = (first[y] as number) + k - top;
        this.#functions.addRow(bits + 2 * columns * row, columns, table, weights[k] as number, sums);
      }
      const to = out + y * width * channels;
      this.#functions.finishRow(sums, columns, taps, width, taps + 8 * width, to, channels);
    }
  }

  /** As `crc32c`, of bytes in this memory. */
  crc32c(at: number, length: number): number {
    const tables = crcTables();
    const place = this.#keep(tables, tables.byteLength, (to) => this.#put(to, tables));
    return ~this.#functions.crc(-1, at, length, place) >>> 0;
  }

  #counters(): [even: number, odd: number, used: number, counts: number] {
    const each = 4 * WORDS;
    const at = this.memory.room('counters', 4 * each);
    return [at, at + each, at + 2 * each, at + 3 * each];
  }

  /** 0 whenever no row is summed up. */
  #sums(columns: number): number {
    return this.memory.room('sums', 8 * LANES * columns);
  }

  #put(at: number, values: Uint16Array | Int16Array | Int32Array | Float64Array): void {
    this.bytes(at, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  #putTable(at: number, { values, channels }: WindowTable, groups: number): void {
    const patterns = values.length / channels;
    const to = new Float32Array(this.memory.buffer, at, groups * LANES * patterns).fill(0);
    for (let channel = 0; channel < channels; channel++) {
      const first = Math.floor(channel / LANES) * LANES * patterns + (channel % LANES);
      for (let pattern = 0; pattern < patterns; pattern++)
        to[first + LANES * pattern] = values[channels * pattern + channel] as number;
    }
  }

  #keepTaps(columns: number, vertical: Taps, horizontal: Taps): number {
    const [rows, across] = [vertical.pairs, horizontal.pairs];
    if (rows !== null && across !== null) {
      const bytes = 24 * (rows.near.length + across.near.length);
      return this.#keep(both(vertical, horizontal), bytes, (at) => {
        const view = new DataView(this.memory.buffer, at, bytes);
        const put = (from: number, pairs: NonNullable<Taps['pairs']>, step: number) =>
          pairs.near.forEach((near, i) => {
            const to = from + 24 * i;
            view.setInt32(to, near * step, true);
            view.setInt32(to + 4, (pairs.far[i] as number) * step, true);
            view.setFloat64(to + 8, pairs.weightNear[i] as number, true);
            view.setFloat64(to + 16, pairs.weightFar[i] as number, true);
          });
        put(0, rows, 2 * columns);
        put(24 * rows.near.length, across, 2);
      });
    }
    const { first, start, weights } = horizontal;
    const head = 8 * first.length;
    return this.#keep(horizontal, head + weights.byteLength, (at) => {
      const view = new DataView(this.memory.buffer, at, head);
      first.forEach((from, i) => {
        view.setInt32(8 * i, from * 8 * LANES, true);
        view.setInt32(8 * i + 4, (start[i + 1] as number) - (start[i] as number), true);
      });
      this.#put(at + head, weights);
    });
  }

  /** Where something of the caller's stands that is the same for many slices: written where it is not there yet. */
  #keep(what: object, bytes: number, write: (at: number) => void): number {
    let slot = this.#kept.get(what);
    if (slot !== undefined) return this.memory.room(slot, bytes);
    if (this.#kept.size >= MOST_KEPT) {
      const [oldest, its] = this.#kept.entries().next().value as [object, string];
      this.#kept.delete(oldest);
      slot = its;
    } else slot = `kept ${this.#kept.size}`;
    const at = this.memory.room(slot, bytes);
    write(at);
    this.#kept.set(what, slot);
    return at;
  }
}

const PAIRS = new WeakMap<object, WeakMap<object, object>>();

/** One object that stands for two. */
function both(one: object, other: object): object {
  const known = PAIRS.get(one) ?? new WeakMap<object, object>();
  PAIRS.set(one, known);
  const pair = known.get(other) ?? {};
  known.set(other, pair);
  return pair;
}
