import type { Random } from '../../../src/index.ts';
import { INTERCEPT, type PixelFormat } from './scan.ts';

/** Makes white noise of summed bytes, smoothed by [1 2 1] both ways (which leaves 6/16), one HU strong. */
const SCALE = 1 / (Math.sqrt((4 * (256 ** 2 - 1)) / 12) * (6 / 16));

/** Reused from slice to slice. */
export interface Scanner {
  white: Float32Array;
  soft: Float32Array;
  /** The slice's stored values, 16 bit, whatever their sign. */
  stored: Uint16Array;
}

export const newScanner = (size: number): Scanner => ({
  white: new Float32Array(size * size),
  soft: new Float32Array(size * size),
  stored: new Uint16Array(size * size),
});

const EVERYTHING = [-Infinity, Infinity] as const;

/** One HU further than the brain window (40/80) goes on either side: black and white there, and neither in its range. */
export const BRAIN_WINDOW = [-1, 81] as const;

/**
 * Blurs HU a little, adds noise that is correlated from pixel to pixel and strongest deep in the head, and gives stored
 * values of the format, cut off at the ends of `range` in HU. Beyond the reconstruction circle stands the format's background.
 */
export function acquire(
  scanner: Scanner,
  slice: { hu: Float32Array; depth: Float32Array; size: number },
  noise: number,
  format: PixelFormat,
  random: Random,
  range: readonly [number, number] = EVERYTHING,
): Uint16Array {
  const { white, soft, stored } = scanner;
  const { hu, depth, size } = slice;
  whiteNoise(white, random);
  smoothRows(white, white, size, 1 / 4);
  smoothRows(hu, soft, size, 1 / 6);
  const middle = (size - 1) / 2;
  const circle = (size / 2) ** 2;
  const lowest = Math.max(format.lowest, range[0] - INTERCEPT);
  const highest = Math.min(format.highest, range[1] - INTERCEPT);
  for (let r = 0, pixel = 0; r < size; r++) {
    const above = r > 0 ? -size : 0;
    const below = r < size - 1 ? size : 0;
    const y = r - middle;
    for (let c = 0; c < size; c++, pixel++) {
      const x = c - middle;
      if (x * x + y * y > circle) {
        stored[pixel] = format.background;
        continue;
      }
      const deep = depth[pixel]!;
      const strength = SCALE * noise * (deep < 0 ? 0.65 : Math.min(1.05, 0.7 + deep * 0.01));
      const grain = 0.25 * (white[pixel + above]! + 2 * white[pixel]! + white[pixel + below]!);
      const value = (soft[pixel + above]! + 4 * soft[pixel]! + soft[pixel + below]!) / 6 + grain * strength;
      stored[pixel] = Math.max(lowest, Math.min(highest, Math.floor(value + 0.5) - INTERCEPT));
    }
  }
  return stored;
}

/** [side, 1 - 2 side, side] along each row; its ends stay. `into` may be the input. */
function smoothRows(input: Float32Array, into: Float32Array, size: number, side: number): void {
  for (let start = 0; start < input.length; start += size) {
    let before = input[start]!;
    let here = before;
    for (let i = start; i < start + size; i++) {
      const after = i + 1 < start + size ? input[i + 1]! : here;
      into[i] = here + side * (before - 2 * here + after);
      before = here;
      here = after;
    }
  }
}

/** xorshift32 (Marsaglia) from a drawn start; the four bytes of a draw, added, are near enough to a normal. */
function whiteNoise(into: Float32Array, random: Random): void {
  let state = 1 + random.integer(4294967295);
  for (let i = 0; i < into.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    into[i] = (state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) + (state >>> 24) - 510;
  }
}
