/**
 * One axis of a resize: output i is the weighted sum of `weights[k]` times source `first[i] + k`, for the taps k from
 * `start[i]` up to `start[i + 1]`.
 */
export interface Taps {
  first: Int32Array;
  start: Int32Array;
  weights: Float64Array;
}

export type Interpolation = 'linear' | 'area';

/**
 * - `linear` (OpenCV INTER_LINEAR, TensorFlow half_pixel_centers): source x = (d + 0.5) s - 0.5 with s = source /
 *   target, edges clamped, two taps, no antialias.
 * - `area` (OpenCV INTER_AREA, TensorFlow resize_area): mean over the exact source interval [d s, (d + 1) s) with
 *   fractional weights at its edges; enlarging by an integer repeats pixels.
 *
 * Facts 5.4.
 */
export function tapsOf(interpolation: Interpolation, source: number, target: number): Taps {
  const scale = source / target;
  const first = new Int32Array(target);
  const start = new Int32Array(target + 1);
  const weights: number[] = [];
  for (let i = 0; i < target; i++) {
    const { from, values } = interpolation === 'linear' ? linearTaps(i, scale, source) : areaTaps(i, scale, source);
    first[i] = from;
    weights.push(...values);
    start[i + 1] = weights.length;
  }
  return { first, start, weights: Float64Array.from(weights) };
}

function linearTaps(i: number, scale: number, source: number): { from: number; values: number[] } {
  // OpenCV keeps the position as a 32-bit float.
  const x = Math.fround((i + 0.5) * scale - 0.5);
  const left = Math.floor(x);
  if (left < 0) return { from: 0, values: [1] };
  if (left >= source - 1) return { from: source - 1, values: [1] };
  const share = Math.fround(x - left);
  return { from: left, values: [1 - share, share] };
}

function areaTaps(i: number, scale: number, source: number): { from: number; values: number[] } {
  // Edges that are integers but for rounding count as such, or a tap with a weight of 1e-16 appears.
  const snap = (x: number) => (Math.abs(x - Math.round(x)) < 1e-9 ? Math.round(x) : x);
  const low = snap(i * scale);
  const high = Math.min(source, snap((i + 1) * scale));
  const from = Math.floor(low);
  const values: number[] = [];
  for (let x = from; x < high; x++) values.push((Math.min(high, x + 1) - Math.max(low, x)) / (high - low));
  return { from, values };
}

/**
 * Resizes `[rows, columns]` to `[size, size]`: each axis by its own factor, so that a picture that is not square is
 * stretched, as OpenCV does. Writes into `out` at `offset`, `stride` apart, rounded to bytes (half to even).
 */
export function resizeToBytes(
  image: Float32Array,
  columns: number,
  vertical: Taps,
  horizontal: Taps,
  out: Uint8Array,
  offset: number,
  stride: number,
): void {
  const height = vertical.first.length;
  const width = horizontal.first.length;
  const row = new Float64Array(columns);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    const top = vertical.start[y] as number;
    const bottom = vertical.start[y + 1] as number;
    for (let k = top; k < bottom; k++) {
      const weight = vertical.weights[k] as number;
      const base = ((vertical.first[y] as number) + k - top) * columns;
      for (let x = 0; x < columns; x++) row[x] = (row[x] as number) + weight * (image[base + x] as number);
    }
    for (let x = 0; x < width; x++) {
      const left = horizontal.start[x] as number;
      const right = horizontal.start[x + 1] as number;
      const base = horizontal.first[x] as number;
      let sum = 0;
      for (let k = left; k < right; k++) sum += (horizontal.weights[k] as number) * (row[base + k - left] as number);
      // Sums that are a half but for rounding must round as the exact one would.
      out[offset + (y * width + x) * stride] = roundHalfEven(Math.fround(sum));
    }
  }
}

/** 76.5 -> 76, 77.5 -> 78: as OpenCV stores a float picture as bytes. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
