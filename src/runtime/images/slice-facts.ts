import { createHash } from 'node:crypto';
import { bitsBeyond, type HounsfieldRule, hounsfieldTable, PADDING, paddingTable } from '../dicom/hounsfield.ts';
import { remembered } from './remembered.ts';

/** What a slice's pixels show, whatever their encoding and the windows. Shares are of all its pixels. */
export interface SliceFacts {
  /** SHA-256 over rows, columns (uint32) and HU (int32), little endian, hex. */
  hash: string;
  /** Standard deviation of HU. */
  deviation: number;
  /** Of all its HU. */
  lowest: number;
  highest: number;
  /** Share of pixels with 0 < HU < 80: brain and fresh blood. Of the whole picture, as read. */
  brain: number;
  /** Share with -1100 <= HU <= -700: air, but not what most scanners put outside of their circle. */
  air: number;
  /** Share whose stored bits are 3072 to 4095: where 12 unsigned bits wrapped, HU from -1024 up to 0. */
  wrapped: number;
  /** Pixels whose HU the repair of wrapped values changes: stored bits 3096 to 4095. */
  repairable: number;
  /** Share of the longest run of pixels that are stored as 0 and end at an edge: see `emptyPart`. */
  empty: number;
  /** Pixels with bits above the stored ones, and whether they have more than one value. */
  beyond: { pixels: number; several: boolean };
  /** Pixels of a declared padding: that would show as bone and became air, and whose value tissue has too. */
  padding: { bright: number; doubtful: number };
}

export const NO_FACTS: SliceFacts = {
  hash: '',
  deviation: 0,
  lowest: 0,
  highest: 0,
  brain: 0,
  air: 0,
  wrapped: 0,
  repairable: 0,
  empty: 0,
  beyond: { pixels: 0, several: false },
  padding: { bright: 0, doubtful: 0 },
};

/** Where the values of wrapped negative HU begin: -1024 + 4096. */
const WRAPPED_FROM = 3072;
/** Where the repair begins, as RSNA's takers have it: -1000 + 4096. */
const REPAIRED_FROM = 3096;

/** `bits` are those of `bytes`. */
export function sliceFacts(
  bytes: Uint8Array,
  bits: Uint16Array,
  rows: number,
  columns: number,
  rule: HounsfieldRule,
): SliceFacts {
  const table = integerTable(rule);
  const values = new Int32Array(2 + bits.length);
  values[0] = rows;
  values[1] = columns;
  let [sum, brain, air, wrapped, repairable] = [0, 0, 0, 0, 0];
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < bits.length; i++) {
    const pattern = bits[i] as number;
    const hu = table[pattern] as number;
    values[i + 2] = hu;
    sum += hu;
    if (hu > 0 && hu < 80) brain++;
    if (hu >= -1100 && hu <= -700) air++;
    if (pattern >= WRAPPED_FROM && pattern < 4096) wrapped++;
    if (pattern >= REPAIRED_FROM && pattern < 4096) repairable++;
    if (hu < lowest) lowest = hu;
    if (hu > highest) highest = hu;
  }
  const mean = sum / bits.length;
  let squares = 0;
  for (let i = 2; i < values.length; i++) squares += ((values[i] as number) - mean) ** 2;
  return {
    hash: createHash('sha256').update(littleEndian(values)).digest('hex'),
    deviation: Math.sqrt(squares / bits.length),
    lowest,
    highest,
    brain: brain / bits.length,
    air: air / bits.length,
    wrapped: wrapped / bits.length,
    repairable,
    empty: emptyPart(bits, rows, columns, rule),
    beyond: bitsBeyond(bytes, bits.length, rule),
    padding: countPadding(bits, rule),
  };
}

/** So much of the row beside an empty part holds something: heads and circles fade out, copies end. */
const EDGE = 0.25;

/**
 * The share of the longest run of pixels, in the order in which they are stored, that are stored as 0, where it ends at an
 * edge: the whole row beside it holds something. What a copy leaves whose file was made in full length first, or one in
 * pieces of which some are missing. 0 where stored zeros are padding, and where nothing ends so.
 */
function emptyPart(bits: Uint16Array, rows: number, columns: number, { padding }: HounsfieldRule): number {
  if (padding !== null && padding[0] <= 0 && padding[1] >= 0) return 0;
  let [from, length, start] = [0, 0, 0];
  for (let i = 0; i <= bits.length; i++) {
    if (i < bits.length && bits[i] === 0) continue;
    if (i - start > length) [from, length] = [start, i - start];
    start = i + 1;
  }
  if (length === 0 || length === bits.length) return 0;
  const above = Math.floor(from / columns) - 1;
  const below = Math.ceil((from + length) / columns);
  const beside = [above, below].filter((row) => row >= 0 && row < rows);
  return beside.length > 0 && beside.every((row) => filled(bits, row, columns) >= EDGE) ? length / bits.length : 0;
}

function filled(bits: Uint16Array, row: number, columns: number): number {
  let count = 0;
  for (let x = 0; x < columns; x++) if (bits[row * columns + x] !== 0) count++;
  return count / columns;
}

function countPadding(bits: Uint16Array, rule: HounsfieldRule): SliceFacts['padding'] {
  const counts = [0, 0, 0, 0];
  const kinds = rule.padding === null ? null : paddingKinds(rule);
  if (kinds === null) return { bright: 0, doubtful: 0 };
  for (const pattern of bits) counts[kinds[pattern] as number] = (counts[kinds[pattern] as number] as number) + 1;
  return { bright: counts[PADDING.bright] as number, doubtful: counts[PADDING.doubtful] as number };
}

function littleEndian(values: Int32Array): Uint8Array {
  const bytes = Buffer.from(values.buffer);
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? bytes : bytes.swap32();
}

/** The slices of a series share one. */
const integerTable = remembered(8, (rule: HounsfieldRule) => Int32Array.from(hounsfieldTable(rule), Math.round));
const paddingKinds = remembered(8, paddingTable);
