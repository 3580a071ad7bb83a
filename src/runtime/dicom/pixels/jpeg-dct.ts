import { type HuffmanTable, JpegBits } from './jpeg-bits.ts';
import type { JpegScan, JpegState } from './jpeg-state.ts';
import { Undecodable } from './undecodable.ts';

/** From the place in a scan to that in a block, row by row. */
const ZIGZAG = Uint8Array.of(
  0,
  1,
  8,
  16,
  9,
  2,
  3,
  10,
  17,
  24,
  32,
  25,
  18,
  11,
  4,
  5,
  12,
  19,
  26,
  33,
  40,
  48,
  41,
  34,
  27,
  20,
  13,
  6,
  7,
  14,
  21,
  28,
  35,
  42,
  49,
  56,
  57,
  50,
  43,
  36,
  29,
  22,
  15,
  23,
  30,
  37,
  44,
  51,
  58,
  59,
  52,
  45,
  38,
  31,
  39,
  46,
  53,
  60,
  61,
  54,
  47,
  55,
  62,
  63,
);

/** JPEG with a discrete cosine transform, sequential or progressive: scans fill the coefficients of all blocks. */
export function decodeBlocks(state: JpegState): {
  /** Returns where its data end. */
  scan(scan: JpegScan): number;
  /** Fills in the values. Throws Undecodable where coefficients are missing. */
  picture(into: Int32Array): void;
} {
  const across = Math.ceil(state.columns / 8);
  const down = Math.ceil(state.rows / 8);
  const coefficients = new Int16Array(64 * across * down);
  /** By coefficient, of progressive JPEG: the lowest bit that was read; -1: none yet. */
  const known = new Int8Array(64).fill(-1);
  return {
    scan(scan) {
      const sequential = state.process !== 2;
      const band = sequential ? { first: 0, last: 63, high: 0, low: 0 } : scan;
      checkBand(band, known);
      const bits = new JpegBits(state.bytes, scan.at);
      const reader = new BlockReader(bits, band, sequential, state.dc[scan.dc], state.ac[scan.ac]);
      for (let block = 0; block < across * down; block++) {
        if (state.restart > 0 && block > 0 && block % state.restart === 0) {
          bits.restart((block / state.restart - 1) & 7);
          reader.restart();
        }
        reader.read(coefficients.subarray(64 * block, 64 * block + 64));
        if (block % across === 0) bits.check();
      }
      bits.finish();
      return bits.at;
    },
    picture(into) {
      const table = state.quantisations[state.quantisation];
      if (table === undefined) throw new Undecodable('lack a quantisation table (JPEG)');
      if (known[0] === -1) throw new Undecodable('lack their mean values (JPEG)');
      const out = new Int32Array(64);
      const inverse = state.precision === 8 ? transform : exact;
      for (let block = 0; block < across * down; block++) {
        inverse(coefficients.subarray(64 * block, 64 * block + 64), table, state.precision, out);
        const top = 8 * Math.floor(block / across);
        const left = 8 * (block % across);
        for (let y = 0; y < 8 && top + y < state.rows; y++)
          for (let x = 0; x < 8 && left + x < state.columns; x++)
            into[(top + y) * state.columns + left + x] = out[8 * y + x] as number;
      }
    },
  };
}

type Band = Pick<JpegScan, 'first' | 'last' | 'high' | 'low'>;

/** Scans of progressive JPEG refine bit by bit: one that is missing, or comes twice, is told here. */
function checkBand({ first, last, high, low }: Band, known: Int8Array): void {
  const sound = first <= last && last <= 63 && low <= 13 && (high === 0 || high === low + 1);
  if (!sound) throw new Undecodable('have a scan that cannot be (JPEG)');
  for (let k = first; k <= last; k++) {
    if (high === 0 ? known[k] !== -1 : known[k] !== high) throw new Undecodable('have scans in another order (JPEG)');
    known[k] = low;
  }
}

class BlockReader {
  #mean = 0;
  /** Blocks that have no further coefficients in this band. */
  #ended = 0;

  constructor(
    readonly bits: JpegBits,
    readonly band: Band,
    readonly sequential: boolean,
    readonly dc: HuffmanTable | undefined,
    readonly ac: HuffmanTable | undefined,
  ) {
    const needsDc = band.first === 0 && band.high === 0;
    const needsAc = sequential || band.first > 0;
    if (!sequential && band.first === 0 && band.last > 0) throw new Undecodable('have a scan that cannot be (JPEG)');
    if ((needsDc && dc === undefined) || (needsAc && ac === undefined))
      throw new Undecodable('lack a Huffman table (JPEG)');
  }

  restart(): void {
    this.#mean = 0;
    this.#ended = 0;
  }

  read(block: Int16Array): void {
    const { bits, band, sequential } = this;
    if (band.first === 0) {
      if (band.high > 0) block[0] = (block[0] as number) | (bits.read(1) << band.low);
      else {
        const size = bits.symbol(this.dc as HuffmanTable);
        if (size > 15) throw new Undecodable('hold a difference that is none (JPEG)');
        this.#mean += bits.signed(size);
        block[0] = this.#mean << band.low;
      }
      if (!sequential) return;
    }
    if (sequential) this.#sequential(block);
    else if (band.high === 0) this.#first(block);
    else this.#refine(block);
  }

  #sequential(block: Int16Array): void {
    for (let k = 1; k < 64; k++) {
      const symbol = this.bits.symbol(this.ac as HuffmanTable);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0) {
        if (run < 15) return;
        k += 15;
        continue;
      }
      k += run;
      if (k > 63) throw new Undecodable('hold more coefficients than a block has (JPEG)');
      block[ZIGZAG[k] as number] = this.bits.signed(size);
    }
  }

  #first(block: Int16Array): void {
    const { first, last, low } = this.band;
    if (this.#ended > 0) {
      this.#ended--;
      return;
    }
    for (let k = first; k <= last; k++) {
      const symbol = this.bits.symbol(this.ac as HuffmanTable);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0) {
        if (run < 15) {
          this.#ended = (1 << run) - 1 + this.bits.read(run);
          return;
        }
        k += 15;
        continue;
      }
      k += run;
      if (k > last) throw new Undecodable('hold more coefficients than a block has (JPEG)');
      block[ZIGZAG[k] as number] = this.bits.signed(size) << low;
    }
  }

  /** One more bit of what is known already (G.1.2.3). */
  #refine(block: Int16Array): void {
    const { first, last, low } = this.band;
    const [plus, minus] = [1 << low, -1 << low];
    let k = first;
    const correct = (at: number): void => {
      const value = block[at] as number;
      if (this.bits.read(1) === 1 && (value & plus) === 0) block[at] = value + (value >= 0 ? plus : minus);
    };
    if (this.#ended === 0) {
      for (; k <= last; k++) {
        const symbol = this.bits.symbol(this.ac as HuffmanTable);
        let run = symbol >> 4;
        const size = symbol & 15;
        let value = 0;
        if (size > 1) throw new Undecodable('hold a refinement that is none (JPEG)');
        if (size === 1) value = this.bits.read(1) === 1 ? plus : minus;
        else if (run < 15) {
          this.#ended = (1 << run) + this.bits.read(run);
          break;
        }
        for (; k <= last; k++) {
          const at = ZIGZAG[k] as number;
          if (block[at] !== 0) correct(at);
          else if (run-- === 0) {
            block[at] = value;
            break;
          }
        }
      }
    }
    if (this.#ended > 0) {
      for (; k <= last; k++) {
        const at = ZIGZAG[k] as number;
        if (block[at] !== 0) correct(at);
      }
      this.#ended--;
    }
  }
}

const CONST_BITS = 13;
const F = (value: number): number => Math.round(value * 2 ** CONST_BITS);
const [F0298, F0390, F0541, F0765, F0899, F1175, F1501, F1847, F1961, F2053, F2562, F3072] = [
  0.298631336, 0.390180644, 0.5411961, 0.765366865, 0.899976223, 1.175875602, 1.50132111, 1.847759065, 1.96157056,
  2.053119869, 2.562915447, 3.072711026,
].map(F) as [number, number, number, number, number, number, number, number, number, number, number, number];

/**
 * The inverse transform in whole numbers after Loeffler, Ligtenberg and Moschytz: the arithmetic of libjpeg's accurate
 * integer method, so that 8-bit pictures come out as there, bit for bit.
 */
function transform(block: Int16Array, table: Uint16Array, precision: number, out: Int32Array): void {
  const pass = 2;
  for (let i = 0; i < 64; i++) {
    const at = ZIGZAG[i] as number;
    out[at] = (block[at] as number) * (table[i] as number);
  }
  for (let x = 0; x < 8; x++) line(out, x, 8, CONST_BITS - pass);
  for (let y = 0; y < 8; y++) line(out, 8 * y, 1, CONST_BITS + pass + 3);
  const [middle, most] = [2 ** (precision - 1), 2 ** precision - 1];
  for (let i = 0; i < 64; i++) {
    const value = (out[i] as number) + middle;
    out[i] = value < 0 ? 0 : value > most ? most : value;
  }
}

const rows = new Float64Array(64);
const sums = new Float64Array(64);

/** By definition (A.3.3), rounded once: 12-bit decoders differ among each other by more than they do from this. */
function exact(block: Int16Array, table: Uint16Array, precision: number, out: Int32Array): void {
  rows.fill(0);
  let used = 0;
  // Most coefficients are 0.
  for (let i = 0; i < 64; i++) {
    const at = ZIGZAG[i] as number;
    const value = (block[at] as number) * (table[i] as number);
    if (value === 0) continue;
    const [v, u] = [at >> 3, at & 7];
    used |= 1 << v;
    for (let x = 0; x < 8; x++) rows[8 * v + x] = (rows[8 * v + x] as number) + value * (COSINES[8 * u + x] as number);
  }
  const [middle, most] = [2 ** (precision - 1), 2 ** precision - 1];
  sums.fill(middle + 0.5);
  for (let v = 0; v < 8; v++) {
    if ((used & (1 << v)) === 0) continue;
    for (let y = 0; y < 8; y++) {
      const cosine = COSINES[8 * v + y] as number;
      for (let x = 0; x < 8; x++) sums[8 * y + x] = (sums[8 * y + x] as number) + cosine * (rows[8 * v + x] as number);
    }
  }
  for (let i = 0; i < 64; i++) {
    const value = Math.floor(sums[i] as number);
    out[i] = value < 0 ? 0 : value > most ? most : value;
  }
}

/** By frequency and place. */
const COSINES = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

function line(v: Int32Array, at: number, step: number, shift: number): void {
  const v0 = v[at] as number;
  const v1 = v[at + step] as number;
  const v2 = v[at + 2 * step] as number;
  const v3 = v[at + 3 * step] as number;
  const v4 = v[at + 4 * step] as number;
  const v5 = v[at + 5 * step] as number;
  const v6 = v[at + 6 * step] as number;
  const v7 = v[at + 7 * step] as number;
  const half = 1 << (shift - 1);
  if ((v1 | v2 | v3 | v4 | v5 | v6 | v7) === 0) {
    const all = ((v0 << CONST_BITS) + half) >> shift;
    for (let k = 0; k < 8; k++) v[at + k * step] = all;
    return;
  }
  // All of it fits into 32 bits: said so, it is computed in them.
  const even = Math.imul(v2 + v6, F0541);
  const e2 = (even - Math.imul(v6, F1847)) | 0;
  const e3 = (even + Math.imul(v2, F0765)) | 0;
  const e0 = (((v0 + v4) << CONST_BITS) + half) | 0;
  const e1 = (((v0 - v4) << CONST_BITS) + half) | 0;
  const t0 = (e0 + e3) | 0;
  const t3 = (e0 - e3) | 0;
  const t1 = (e1 + e2) | 0;
  const t2 = (e1 - e2) | 0;
  const z5 = Math.imul(v7 + v3 + v5 + v1, F1175);
  const z1 = -Math.imul(v7 + v1, F0899) | 0;
  const z2 = -Math.imul(v5 + v3, F2562) | 0;
  const z3 = (z5 - Math.imul(v7 + v3, F1961)) | 0;
  const z4 = (z5 - Math.imul(v5 + v1, F0390)) | 0;
  const p0 = (Math.imul(v7, F0298) + z1 + z3) | 0;
  const p1 = (Math.imul(v5, F2053) + z2 + z4) | 0;
  const p2 = (Math.imul(v3, F3072) + z2 + z3) | 0;
  const p3 = (Math.imul(v1, F1501) + z1 + z4) | 0;
  v[at] = (t0 + p3) >> shift;
  v[at + 7 * step] = (t0 - p3) >> shift;
  v[at + step] = (t1 + p2) >> shift;
  v[at + 6 * step] = (t1 - p2) >> shift;
  v[at + 2 * step] = (t2 + p1) >> shift;
  v[at + 5 * step] = (t2 - p1) >> shift;
  v[at + 3 * step] = (t3 + p0) >> shift;
  v[at + 4 * step] = (t3 - p0) >> shift;
}
