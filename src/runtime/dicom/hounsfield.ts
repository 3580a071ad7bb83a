import type { ModalityTable, PaddingRange, PixelFormat } from './header.ts';
import { tableLookup } from './modality-table.ts';
import { AIR, isBelieved, isStorable, showsBright } from './padding.ts';

/** How stored bits become HU. Two slices of the same rule share one table. */
export interface HounsfieldRule {
  bitsAllocated: number;
  bitsStored: number;
  highBit: number;
  signed: boolean;
  slope: number;
  intercept: number;
  /** `fix_pxrepr` (facts 3): the header says unsigned, the values wrapped around. */
  repaired: boolean;
  /** Stored values that are no part of the picture. */
  padding: PaddingRange | null;
  /** Bits of a word that overlays use. */
  overlayBits: number;
  /** In the place of slope and intercept. */
  table: ModalityTable | null;
}

/** An unsigned 12-bit file with an intercept above this has wrapped values (facts 3, condition of fix_pxrepr). */
const HIGHEST_TRUE_INTERCEPT = -100;

export function hounsfieldRule(
  format: PixelFormat,
  slope: number | null,
  intercept: number | null,
  repairIntercept: boolean,
  padding: PaddingRange | null = null,
  table: ModalityTable | null = null,
): HounsfieldRule {
  const { bitsAllocated, bitsStored, highBit, signed, overlayBits } = format;
  const stated = intercept ?? 0;
  const rule = {
    bitsAllocated,
    bitsStored,
    highBit,
    signed,
    slope: slope ?? 1,
    intercept: stated,
    padding,
    overlayBits,
    table,
  };
  return { ...rule, repaired: repairIntercept && mayBeWrapped(rule) };
}

/** Whether a header is one of those under which values were found to have wrapped around. */
export const mayBeWrapped = ({
  signed,
  bitsStored,
  intercept,
  table,
}: Pick<HounsfieldRule, 'signed' | 'bitsStored' | 'intercept' | 'table'>): boolean =>
  table === null && !signed && bitsStored === 12 && intercept > HIGHEST_TRUE_INTERCEPT;

export const ruleName = (rule: HounsfieldRule): string => JSON.stringify(Object.values(rule));

/**
 * HU of every pattern of stored bits: `table[word >> shift & mask]`, `2 ** bitsStored` long. Signed values are
 * extended from the *stored* bits; a repaired file discards its intercept. Padding whose HU lie beyond all tissue is air.
 * A padding that the stored bits cannot hold has one entry more, behind all others (`storedBits`).
 */
export function hounsfieldTable(rule: HounsfieldRule): Float64Array {
  const size = 2 ** rule.bitsStored;
  const of = hounsfieldBy(rule);
  const table = new Float64Array(size + (holdsPaddingAbove(rule) ? 1 : 0));
  // Loops: of tables of 65,536 entries in each thread the start of a run is made of what is called for each.
  for (let bits = 0; bits < size; bits++) table[bits] = of(bits);
  for (const bits of paddingPatterns(rule)) if (isBelieved(table[bits] as number)) table[bits] = AIR;
  if (table.length > size) table[size] = AIR;
  return table;
}

/** What the padding of a rule makes of each pattern of stored bits, as `hounsfieldTable` is long. Null without padding. */
export function paddingTable(rule: HounsfieldRule): Uint8Array | null {
  if (rule.padding === null) return null;
  const size = 2 ** rule.bitsStored;
  const above = holdsPaddingAbove(rule);
  const of = hounsfieldBy(rule);
  const kinds = new Uint8Array(size + (above ? 1 : 0)).fill(PADDING.none);
  for (const bits of paddingPatterns(rule)) {
    const hounsfield = of(bits);
    if (!isBelieved(hounsfield)) kinds[bits] = PADDING.doubtful;
    else kinds[bits] = showsBright(hounsfield) ? PADDING.bright : PADDING.dark;
  }
  if (above) kinds[size] = wordHounsfield(rule, rule.padding[0]) > 0 ? PADDING.bright : PADDING.dark;
  return kinds;
}

/** `bright` and `dark` became air; `doubtful` has the padding's value, and HU that tissue has too: it stays. */
export const PADDING = { none: 0, dark: 1, bright: 2, doubtful: 3 } as const;

/**
 * The stored bits of each pixel, masked and shifted to 0: indices into the rule's tables. Bytes are read one by one,
 * because pixels may start at an odd offset. Null where the bytes end before the last pixel.
 */
export function storedBits(bytes: Uint8Array, pixels: number, rule: HounsfieldRule): Uint16Array | null {
  const width = rule.bitsAllocated / 8;
  if (bytes.length < pixels * width) return null;
  const shift = rule.highBit + 1 - rule.bitsStored;
  const mask = 2 ** rule.bitsStored - 1;
  const above = holdsPaddingAbove(rule);
  const bits = new Uint16Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const word = width === 1 ? (bytes[i] as number) : (bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8);
    const stored = (word >> shift) & mask;
    bits[i] = above && isPaddingWord(rule, word, stored) ? mask + 1 : stored;
  }
  return bits;
}

/**
 * The pattern of stored bits of each word, masked and shifted to 0: indices into the rule's tables. As long as there are
 * words of the allocated bits.
 */
export function patternTable(rule: HounsfieldRule): Uint16Array {
  const shift = rule.highBit + 1 - rule.bitsStored;
  const mask = 2 ** rule.bitsStored - 1;
  const above = holdsPaddingAbove(rule);
  const patterns = new Uint16Array(2 ** rule.bitsAllocated);
  for (let word = 0; word < patterns.length; word++) patterns[word] = (word >> shift) & mask;
  if (above)
    for (let word = 0; word < patterns.length; word++)
      if (isPaddingWord(rule, word, patterns[word] as number)) patterns[word] = mask + 1;
  return patterns;
}

/**
 * Of each word whether it has bits above the stored ones that are no sign, no overlay and no declared padding. Null where no
 * word can.
 */
export function beyondTable(rule: HounsfieldRule): Uint8Array | null {
  const { bitsAllocated, bitsStored, signed, overlayBits } = rule;
  if (bitsStored === bitsAllocated) return null;
  const stored = 2 ** bitsStored - 1;
  const above = (2 ** bitsAllocated - 1) & ~stored & ~overlayBits;
  const sign = 2 ** (bitsStored - 1);
  const table = new Uint8Array(2 ** bitsAllocated);
  for (let word = 0; word < table.length; word++) {
    const beyond = word & above;
    if (beyond === 0 || (signed && beyond === above && (word & sign) !== 0)) continue;
    table[word] = rule.padding !== null && isPaddingWord(rule, word, word & stored) ? 0 : 1;
  }
  return table;
}

function storedValue({ bitsStored, signed }: HounsfieldRule, bits: number): number {
  const size = 2 ** bitsStored;
  return signed && bits >= size / 2 ? bits - size : bits;
}

/** HU of a pattern of stored bits, padding or not. */
function hounsfieldBy(rule: HounsfieldRule): (bits: number) => number {
  if (rule.repaired) return (bits) => ((bits + 1000) % 4096) - 1000;
  const { table, slope, intercept, signed } = rule;
  const size = 2 ** rule.bitsStored;
  const negative = signed ? size / 2 : size;
  if (table === null) return (bits) => (bits >= negative ? bits - size : bits) * slope + intercept;
  const lookup = tableLookup(table);
  return (bits) => lookup(storedValue(rule, bits));
}

/** The patterns of stored bits that are padding. */
function paddingPatterns(rule: HounsfieldRule): number[] {
  if (rule.padding === null) return [];
  const [low, high] = rule.padding;
  const size = 2 ** rule.bitsStored;
  const [least, most] = rule.signed ? [-size / 2, size / 2 - 1] : [0, size - 1];
  const patterns: number[] = [];
  for (let value = Math.max(low, least); value <= Math.min(high, most); value++)
    patterns.push(value < 0 ? value + size : value);
  return patterns;
}

/** A padding such as 63536 in a file of 12 stored bits: it stands in the whole word, above what the picture uses. */
function holdsPaddingAbove({ padding, bitsAllocated, bitsStored, highBit, signed }: HounsfieldRule): boolean {
  if (padding === null || bitsStored === bitsAllocated || highBit !== bitsStored - 1) return false;
  return !isStorable(padding, bitsStored, signed);
}

function isPaddingWord(rule: HounsfieldRule, word: number, bits: number): boolean {
  const size = 2 ** rule.bitsAllocated;
  const value = rule.signed && word >= size / 2 ? word - size : word;
  const [low, high] = rule.padding ?? [1, 0];
  return value >= low && value <= high && value !== storedValue(rule, bits) && isBelieved(wordHounsfield(rule, value));
}

const wordHounsfield = ({ slope, intercept, table }: HounsfieldRule, value: number): number =>
  table === null ? value * slope + intercept : tableLookup(table)(value);
