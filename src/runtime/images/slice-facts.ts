import { createHash } from 'node:crypto';
import { beyondTable, type HounsfieldRule, hounsfieldTable, PADDING, paddingTable } from '../dicom/hounsfield.ts';
import { edgeValue, isTorn, noisyRows } from './pixel-places.ts';
import { remembered } from './remembered.ts';
import { patternsOf, type StoredWords } from './stored-words.ts';

/** What a slice's pixels show, whatever their encoding and the windows. Shares are of all its pixels. */
export interface SliceFacts {
  /** SHA-256 over rows, columns (int32) and HU (int16, or int32 where one does not fit), little endian, hex. */
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
  /** Share of the longest run of pixels that are stored as 0 and end at an edge: see `emptyPart`. 0 where it would be below 0.15. */
  empty: number;
  /** Share of rows that are noise: see `noisyRows`. */
  noise: number;
  /** Its lines are as long as it has rows: see `isTorn`. */
  torn: boolean;
  /** Pixels with bits above the stored ones, and whether they have more than one value. */
  beyond: { pixels: number; several: boolean };
  /** What its values add up to: see `ValueFacts`. */
  values: ValueFacts;
  /** Pixels of a declared padding: that would show as bone and became air, and whose value tissue has too. */
  padding: { bright: number; doubtful: number };
}

/** From the counts of its HU. Peaks are middles of bins of 10 HU, null where hardly any pixel lies near. */
export interface ValueFacts {
  /** The commonest HU of -1100 to -700: air is -1000. */
  airPeak: number | null;
  /** The commonest 10 HU of -150 to 250, and the share of them. */
  tissue: { hu: number; share: number };
  /** The middle one of its HU between -60 and 160, and the share of all that lie there: steadier than the commonest. */
  middle: { hu: number; share: number };
  /** Different HU between 0 and 80 that are there. */
  levels: number;
  /** The commonest HU above 200, and the share of it: bone is spread over many. */
  bright: { hu: number; share: number };
  /** Share of pixels of -900 to -600 HU: lungs, and the foam of a head rest. */
  lung: number;
  /** The commonest HU above -700 along the picture's edges, and the share of these that it has: see `edgeValue`. */
  edge: { hu: number; share: number };
  /** Different values at the low end of fewer than 16 signed bits: where what is too high for them runs over. */
  runOver: number;
}

export const NO_VALUES: ValueFacts = {
  airPeak: null,
  tissue: { hu: 0, share: 0 },
  middle: { hu: 0, share: 0 },
  levels: 0,
  bright: { hu: 0, share: 0 },
  lung: 0,
  edge: { hu: 0, share: 0 },
  runOver: 0,
};

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
  noise: 0,
  torn: false,
  beyond: { pixels: 0, several: false },
  values: NO_VALUES,
  padding: { bright: 0, doubtful: 0 },
};

/** Where the values of wrapped negative HU begin: -1024 + 4096. */
const WRAPPED_FROM = 3072;
/** Where the repair begins, as RSNA's takers have it: -1000 + 4096. */
const REPAIRED_FROM = 3096;

/** Stored patterns that are there, ascending, their HU (rounded), and how often each is. */
export interface PatternCounts {
  patterns: ArrayLike<number>;
  hu: Int32Array;
  counts: ArrayLike<number>;
}

/** Nearly all of it follows from how often each word is there. `hash`: the picture's, where it is known. */
export function sliceFacts(
  stored: StoredWords,
  rows: number,
  columns: number,
  rule: HounsfieldRule,
  hash: string | null = null,
): SliceFacts {
  const { bits } = stored;
  const pixels = bits.length;
  const table = integerTable(rule);
  const found = patternCounts(stored, table, rule);
  const { hu: values, counts } = found;
  const sums = summed(found);
  const [sum = 0, brain = 0, air = 0, wrapped = 0, repairable = 0, lowest = 0, highest = 0] = sums;
  const squares = squaresOf(values, counts, sum / pixels);
  const ends = [0, 2 ** rule.bitsStored - 1].map((value) => emptyPart(bits, value, rows, columns, rule));
  return {
    hash: hash ?? hashOf(bits, rows, columns, table, lowest >= -32768 && highest <= 32767),
    deviation: Math.sqrt(squares / pixels),
    lowest,
    highest,
    brain: brain / pixels,
    air: air / pixels,
    wrapped: wrapped / pixels,
    repairable,
    empty: Math.max(...ends),
    noise: noisyRows(bits, rows, columns, table),
    torn: isTorn(bits, rows, columns, table),
    values: { ...valueFacts(found, pixels, rule), edge: edgeValue(bits, rows, columns, table, AIR[1]) },
    beyond: beyondOf(stored, rule),
    padding: countPadding(found, rule),
  };
}

/*
 * What is done with each of a slice's thousands of values is done in small functions: what V8 optimises is one of them and
 * its loop, not all that is asked of a slice, which took it a tenth of the time of a small set.
 */

/** The sum of its HU, pixels of brain, of air, of wrapped and of repairable values, the lowest and the highest HU. */
function summed({ patterns, hu: values, counts }: PatternCounts): Float64Array {
  let [sum, brain, air, wrapped, repairable] = [0, 0, 0, 0, 0];
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const pattern = patterns[i] as number;
    const hu = values[i] as number;
    const count = counts[i] as number;
    sum += count * hu;
    if (hu > 0 && hu < 80) brain += count;
    if (hu >= -1100 && hu <= -700) air += count;
    if (pattern >= WRAPPED_FROM && pattern < 4096) wrapped += count;
    if (pattern >= REPAIRED_FROM && pattern < 4096) repairable += count;
    if (hu < lowest) lowest = hu;
    if (hu > highest) highest = hu;
  }
  return Float64Array.of(sum, brain, air, wrapped, repairable, lowest, highest);
}

function squaresOf(values: Int32Array, counts: ArrayLike<number>, mean: number): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (counts[i] as number) * ((values[i] as number) - mean) ** 2;
  return squares;
}

function patternCounts({ used, counts }: StoredWords, table: Int32Array, rule: HounsfieldRule): PatternCounts {
  const of = patternsOf(rule);
  let ascending = true;
  const patterns = new Uint32Array(used.length);
  for (let i = 0; i < used.length; i++) {
    patterns[i] = of[used[i] as number] as number;
    if (i > 0 && (patterns[i] as number) <= (patterns[i - 1] as number)) ascending = false;
  }
  if (ascending) return { patterns, hu: hounsfieldOf(patterns, table), counts };
  // Several words of one pattern, or negative numbers behind positive ones.
  const all = new Map<number, number>();
  patterns.forEach((pattern, i) => {
    all.set(pattern, (all.get(pattern) ?? 0) + (counts[i] as number));
  });
  const sorted = Uint32Array.from(all.keys()).sort();
  return {
    patterns: sorted,
    hu: hounsfieldOf(sorted, table),
    counts: Uint32Array.from(sorted, (pattern) => all.get(pattern) as number),
  };
}

function hounsfieldOf(patterns: Uint32Array, table: Int32Array): Int32Array {
  const values = new Int32Array(patterns.length);
  for (let i = 0; i < values.length; i++) values[i] = table[patterns[i] as number] as number;
  return values;
}

function hashOf(bits: StoredWords['bits'], rows: number, columns: number, table: Int32Array, fits: boolean): string {
  const values = fits ? new Int16Array(bits.length) : new Int32Array(bits.length);
  for (let i = 0; i < values.length; i++) values[i] = table[bits[i] as number] as number;
  return createHash('sha256')
    .update(littleEndian(Int32Array.of(rows, columns)))
    .update(littleEndian(values))
    .digest('hex');
}

/** How many words have bits above the stored ones, and whether they are several: a single one stands outside of the picture. */
export function beyondOf({ used, counts }: StoredWords, rule: HounsfieldRule): SliceFacts['beyond'] {
  const beyond = beyondWords(rule);
  let [pixels, words] = [0, 0];
  for (let i = 0; beyond !== null && i < used.length; i++) {
    if (beyond[used[i] as number] !== 1) continue;
    pixels += counts[i] as number;
    words++;
  }
  return { pixels, several: words > 1 };
}

/** So much of the row beside an empty part holds something: heads and circles fade out, copies end. */
const EDGE = 0.25;

/** A band within the picture is no border: this many times as much of an end is needed to be one. */
const WITHIN = 4;
/** A smaller share of the picture is told nowhere, wherever it lies. */
export const LEAST_TOLD = 0.15;
const LEAST_EMPTY = LEAST_TOLD / WITHIN;

/**
 * The share of the longest run of pixels, in the order in which they are stored, that are stored as `value` (0, or all bits
 * set), where it ends at an edge: the whole row beside it holds something. What a copy leaves whose file was made in full
 * length first, or one in pieces of which some are missing. A run with rows above and below counts several times. 0 where
 * such values are padding, and where nothing ends so.
 */
function emptyPart(
  bits: StoredWords['bits'],
  value: number,
  rows: number,
  columns: number,
  rule: HounsfieldRule,
): number {
  const { padding, bitsStored, signed } = rule;
  const stored = signed && value >= 2 ** (bitsStored - 1) ? value - 2 ** bitsStored : value;
  if (padding !== null && padding[0] <= stored && padding[1] >= stored) return 0;
  const { from, length } = longestRun(bits, value, Math.max(1, Math.floor(LEAST_EMPTY * bits.length)));
  if (length === 0 || length === bits.length) return 0;
  const above = Math.floor(from / columns) - 1;
  const below = Math.ceil((from + length) / columns);
  const beside = [above, below].filter((row) => row >= 0 && row < rows);
  if (beside.length === 0 || beside.some((row) => filled(bits, value, row, columns) < EDGE)) return 0;
  const share = length / bits.length;
  return beside.length === 2 ? Math.min(1, WITHIN * share) : share;
}

/** The longest run of `value`, the first of equals; of length 0 where none has `least`. Such a run holds one of every `least` pixels. */
function longestRun(bits: StoredWords['bits'], value: number, least: number): { from: number; length: number } {
  let found = { from: 0, length: 0 };
  for (let probe = 0; probe < bits.length; probe += least) {
    if (bits[probe] !== value || probe < found.from + found.length) continue;
    let [from, to] = [probe, probe + 1];
    while (from > 0 && bits[from - 1] === value) from--;
    while (to < bits.length && bits[to] === value) to++;
    if (to - from >= least && to - from > found.length) found = { from, length: to - from };
  }
  return found;
}

function filled(bits: StoredWords['bits'], value: number, row: number, columns: number): number {
  let count = 0;
  for (let x = 0; x < columns; x++) if (bits[row * columns + x] !== value) count++;
  return count / columns;
}

/** Bins of 10 HU. */
const BIN = 10;
const AIR = [-1100, -700] as const;
/** Soft tissue: fat lies below, bone above. */
const TISSUE = [-150, 250] as const;
/** Brain, and what becomes of it where its HU are up to a hundred off. */
const MIDDLE = [-60, 160] as const;
/** Less of a picture is no air that could be measured. */
const LEAST_AIR = 0.02;
const BRIGHT = 200;

/** What is counted of a slice's values. */
interface Binned {
  /** Pixels of each bin. */
  air: Float64Array;
  tissue: Float64Array;
  /** Pixels of each HU of MIDDLE. */
  middle: Float64Array;
  /** Of each HU below 80 whether it is there. */
  levels: Uint8Array;
  /** The commonest HU above 200, its pixels, and those of lungs. */
  bright: number;
  brightCount: number;
  lung: number;
}

function binned({ hu: values, counts }: PatternCounts): Binned {
  const air = new Float64Array((AIR[1] - AIR[0]) / BIN + 1);
  const tissue = new Float64Array((TISSUE[1] - TISSUE[0]) / BIN + 1);
  const middle = new Float64Array(MIDDLE[1] - MIDDLE[0] + 1);
  const levels = new Uint8Array(80);
  let [bright, brightCount, lung] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const hu = values[i] as number;
    const count = counts[i] as number;
    if (hu > BRIGHT && count > brightCount) {
      bright = hu;
      brightCount = count;
    }
    if (hu >= TISSUE[0] - BIN) {
      // Beyond either end there is no bin, and nothing is counted.
      const bin = Math.round((hu - TISSUE[0]) / BIN);
      if (bin >= 0 && bin < tissue.length) tissue[bin]! += count;
      if (hu > 0 && hu < 80) levels[hu] = 1;
      if (hu >= MIDDLE[0] && hu <= MIDDLE[1]) middle[hu - MIDDLE[0]]! += count;
    } else {
      const bin = Math.round((hu - AIR[0]) / BIN);
      if (bin >= 0 && bin < air.length) air[bin]! += count;
      if (hu >= -900 && hu <= -600) lung += count;
    }
  }
  return { air, tissue, middle, levels, bright, brightCount, lung };
}

/** Different values at the low end of fewer than 16 signed bits. */
function runOverOf(patterns: ArrayLike<number>, { bitsStored, signed }: HounsfieldRule): number {
  if (!signed || bitsStored >= 16) return 0;
  const half = 2 ** (bitsStored - 1);
  let found = 0;
  for (let i = 0; i < patterns.length; i++) {
    const pattern = patterns[i] as number;
    if (pattern >= half && pattern < half + half / 4) found++;
  }
  return found;
}

function valueFacts(found: PatternCounts, pixels: number, rule: HounsfieldRule): Omit<ValueFacts, 'edge'> {
  const { air, tissue, middle, levels, bright, brightCount, lung } = binned(found);
  const [airMost, tissueMost] = [Math.max(...air), Math.max(...tissue)];
  const share = (count: number) => Number((count / pixels).toFixed(6));
  return {
    airPeak:
      air.reduce((sum, count) => sum + count, 0) < LEAST_AIR * pixels ? null : AIR[0] + BIN * air.indexOf(airMost),
    tissue: { hu: TISSUE[0] + BIN * tissue.indexOf(tissueMost), share: share(tissueMost) },
    middle: middleOf(middle, share),
    levels: levels.reduce((sum, there) => sum + there, 0),
    bright: { hu: bright, share: share(brightCount) },
    lung: share(lung),
    runOver: runOverOf(found.patterns, rule),
  };
}

function middleOf(counts: Float64Array, share: (count: number) => number): ValueFacts['middle'] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const at = counts.findIndex((count) => {
    below += count;
    return 2 * below >= all;
  });
  return all === 0 ? { hu: 0, share: 0 } : { hu: MIDDLE[0] + at, share: share(all) };
}

function countPadding({ patterns, counts }: PatternCounts, rule: HounsfieldRule): SliceFacts['padding'] {
  const found = { bright: 0, doubtful: 0 };
  const kinds = rule.padding === null ? null : paddingKinds(rule);
  for (let i = 0; kinds !== null && i < patterns.length; i++) {
    const kind = kinds[patterns[i] as number];
    if (kind === PADDING.bright) found.bright += counts[i] as number;
    else if (kind === PADDING.doubtful) found.doubtful += counts[i] as number;
  }
  return found;
}

function littleEndian(values: Int16Array | Int32Array): Uint8Array {
  const bytes = Buffer.from(values.buffer);
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] === 1) return bytes;
  return values.BYTES_PER_ELEMENT === 2 ? bytes.swap16() : bytes.swap32();
}

/** HU of each pattern of stored bits, rounded. The slices of a series share one. */
export const integerTable = remembered(8, (rule: HounsfieldRule) => {
  const table = hounsfieldTable(rule);
  const integers = new Int32Array(table.length);
  for (let bits = 0; bits < table.length; bits++) integers[bits] = Math.round(table[bits] as number);
  return integers;
});
const paddingKinds = remembered(8, paddingTable);
const beyondWords = remembered(8, beyondTable);
