import type { PixelFormat } from './header.ts';

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
}

/** An unsigned 12-bit file with an intercept above this has wrapped values (facts 3, condition of fix_pxrepr). */
const HIGHEST_TRUE_INTERCEPT = -100;

export function hounsfieldRule(
  { bitsAllocated, bitsStored, highBit, signed }: PixelFormat,
  slope: number | null,
  intercept: number | null,
  repairIntercept: boolean,
): HounsfieldRule {
  const stated = intercept ?? 0;
  const repaired = repairIntercept && !signed && bitsStored === 12 && stated > HIGHEST_TRUE_INTERCEPT;
  return { bitsAllocated, bitsStored, highBit, signed, slope: slope ?? 1, intercept: stated, repaired };
}

export const ruleName = (rule: HounsfieldRule): string => JSON.stringify(Object.values(rule));

/**
 * HU of every pattern of stored bits: `table[word >> shift & mask]`, `2 ** bitsStored` long. Signed values are
 * extended from the *stored* bits; a repaired file discards its intercept.
 */
export function hounsfieldTable(rule: HounsfieldRule): Float64Array {
  const { bitsStored, signed, slope, intercept, repaired } = rule;
  const size = 2 ** bitsStored;
  return Float64Array.from({ length: size }, (_, bits) => {
    if (repaired) return ((bits + 1000) % 4096) - 1000;
    const stored = signed && bits >= size / 2 ? bits - size : bits;
    return stored * slope + intercept;
  });
}

/**
 * The stored bits of each pixel, masked and shifted to 0: indices into the rule's tables. Bytes are read one by one,
 * because pixels may start at an odd offset. Null where the bytes end before the last pixel.
 */
export function storedBits(bytes: Uint8Array, pixels: number, rule: HounsfieldRule): Uint16Array | null {
  const width = rule.bitsAllocated / 8;
  if (bytes.length < pixels * width) return null;
  const shift = rule.highBit + 1 - rule.bitsStored;
  const mask = 2 ** rule.bitsStored - 1;
  const bits = new Uint16Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const word = width === 1 ? (bytes[i] as number) : (bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8);
    bits[i] = (word >> shift) & mask;
  }
  return bits;
}
