import type { PaddingRange, PixelFormat } from './header.ts';

/** HU of what stands in the place of padding. */
export const AIR = -1000;
/** HU up to here are air already, whatever the window. */
const AIR_AT_MOST = -900;
/** HU from here on are denser than any tissue: a declared padding there was never meant as a density. */
const DENSER_THAN_TISSUE = 3000;

/** A padding value may lie among tissue by a mistake of its writer: only beyond all tissue it is believed. */
export const isBelieved = (hounsfield: number): boolean =>
  hounsfield <= AIR_AT_MOST || hounsfield >= DENSER_THAN_TISSUE;

/** Turning it into air is seen: without that it shows as bone. */
export const showsBright = (hounsfield: number): boolean => hounsfield >= DENSER_THAN_TISSUE;

/**
 * The range of (0028,0120) and (0028,0121), each as the unsigned number of its two bytes; the limit may be the lower end.
 * Writers use US and SS for either pixel representation: the bits count. Null without a padding value.
 */
export function paddingRange(value: number | null, limit: number | null, pixels: PixelFormat): PaddingRange | null {
  if (value === null) return null;
  const first = storedValue(value, pixels);
  const last = limit === null ? first : storedValue(limit, pixels);
  return [Math.min(first, last), Math.max(first, last)];
}

function storedValue(word: number, { bitsStored, signed }: PixelFormat): number {
  if (!signed) return word;
  const size = 2 ** bitsStored;
  // The bits of a negative number, not extended above the stored ones.
  if (word < size) return word >= size / 2 ? word - size : word;
  return word >= 2 ** 15 ? word - 2 ** 16 : word;
}

/** Whether the stored bits can hold all of a range. */
export function isStorable([low, high]: PaddingRange, bitsStored: number, signed: boolean): boolean {
  const size = 2 ** bitsStored;
  return signed ? low >= -size / 2 && high < size / 2 : low >= 0 && high < size;
}
