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
  return Float64Array.from({ length: size + (holdsPaddingAbove(rule) ? 1 : 0) }, (_, bits) => {
    if (bits === size) return AIR;
    const hounsfield = of(bits);
    return isPadding(rule, bits) && isBelieved(hounsfield) ? AIR : hounsfield;
  });
}

/** What the padding of a rule makes of each pattern of stored bits, as `hounsfieldTable` is long. Null without padding. */
export function paddingTable(rule: HounsfieldRule): Uint8Array | null {
  if (rule.padding === null) return null;
  const size = 2 ** rule.bitsStored;
  const above = holdsPaddingAbove(rule);
  const of = hounsfieldBy(rule);
  return Uint8Array.from({ length: size + (above ? 1 : 0) }, (_, bits) => {
    if (bits === size) return wordHounsfield(rule, rule.padding?.[0] ?? 0) > 0 ? PADDING.bright : PADDING.dark;
    if (!isPadding(rule, bits)) return PADDING.none;
    const hounsfield = of(bits);
    if (!isBelieved(hounsfield)) return PADDING.doubtful;
    return showsBright(hounsfield) ? PADDING.bright : PADDING.dark;
  });
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
  return Uint16Array.from({ length: 2 ** rule.bitsAllocated }, (_, word) => {
    const stored = (word >> shift) & mask;
    return above && isPaddingWord(rule, word, stored) ? mask + 1 : stored;
  });
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
  return Uint8Array.from({ length: 2 ** bitsAllocated }, (_, word) => {
    const beyond = word & above;
    if (beyond === 0 || (signed && beyond === above && (word & sign) !== 0)) return 0;
    return rule.padding !== null && isPaddingWord(rule, word, word & stored) ? 0 : 1;
  });
}

function storedValue({ bitsStored, signed }: HounsfieldRule, bits: number): number {
  const size = 2 ** bitsStored;
  return signed && bits >= size / 2 ? bits - size : bits;
}

/** HU of a pattern of stored bits, padding or not. */
function hounsfieldBy(rule: HounsfieldRule): (bits: number) => number {
  if (rule.repaired) return (bits) => ((bits + 1000) % 4096) - 1000;
  const { table, slope, intercept } = rule;
  if (table === null) return (bits) => storedValue(rule, bits) * slope + intercept;
  const lookup = tableLookup(table);
  return (bits) => lookup(storedValue(rule, bits));
}

function isPadding(rule: HounsfieldRule, bits: number): boolean {
  if (rule.padding === null) return false;
  const stored = storedValue(rule, bits);
  return stored >= rule.padding[0] && stored <= rule.padding[1];
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
