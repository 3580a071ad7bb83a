/**
 * One axis of a resize: output i is the weighted sum of `weights[k]` times source `first[i] + k`, for the taps k from
 * `start[i]` up to `start[i + 1]`.
 */
export interface Taps {
  first: Int32Array;
  start: Int32Array;
  weights: Float64Array;
  /** The same as two taps of each output, where no more are needed. A second that is not there is the first, with no weight. */
  pairs: Pairs | null;
}

interface Pairs {
  near: Int32Array;
  far: Int32Array;
  weightNear: Float64Array;
  weightFar: Float64Array;
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
  const taps = { first, start, weights: Float64Array.from(weights) };
  return { ...taps, pairs: weights.length <= 2 * target ? pairsOf(taps) : null };
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
 * Windows a picture of stored bits `[rows, columns]` by a table a channel, and resizes it to `[size, size]`: each axis by its own
 * factor, so that a picture that is not square is stretched, as OpenCV does. Gives `[size, size, channels]`, rounded to bytes
 * (half to even). Pixels between the taps are never looked at.
 *
 * Sums are of 64 bits, down the columns first, then along the row, rounded to 32 bits before they become bytes: sums that are
 * a half but for rounding must round as the exact one would.
 */
export function resizeChannels(
  bits: Uint8Array | Uint16Array,
  columns: number,
  table: WindowTable,
  vertical: Taps,
  horizontal: Taps,
): Uint8Array {
  const out = new Uint8Array(vertical.first.length * horizontal.first.length * table.channels);
  if (vertical.pairs === null || horizontal.pairs === null)
    resizeByMany(bits, columns, table, vertical, horizontal, out);
  else if (table.channels === 3) resizeThreeByTwo(bits, columns, table.values, vertical.pairs, horizontal.pairs, out);
  else
    for (let channel = 0; channel < table.channels; channel++)
      resizeByTwo(bits, columns, table, channel, vertical.pairs, horizontal.pairs, out);
  return out;
}

/** 0..255 of each pattern of stored bits, of all channels side by side: `values[pattern * channels + channel]`. */
export interface WindowTable {
  values: Float32Array;
  channels: number;
}

/** Added to a number below 2^51 and taken away again it leaves an integer, rounded half to even. */
const TO_INTEGER = 6755399441055744;

/** Each pixel from the four around it: no sum is needed twice where the picture becomes smaller by two or more. */
function resizeByTwo(
  bits: Uint8Array | Uint16Array,
  columns: number,
  { values, channels }: WindowTable,
  channel: number,
  rows: Pairs,
  across: Pairs,
  out: Uint8Array,
): void {
  const { near, far, weightNear, weightFar } = across;
  let at = channel;
  for (let y = 0; y < rows.near.length; y++) {
    const upper = (rows.near[y] as number) * columns;
    const lower = (rows.far[y] as number) * columns;
    const up = rows.weightNear[y] as number;
    const low = rows.weightFar[y] as number;
    for (let x = 0; x < near.length; x++) {
      const one = near[x] as number;
      const two = far[x] as number;
      const of = (pixel: number) => values[(bits[pixel] as number) * channels + channel] as number;
      const here = up * of(upper + one) + low * of(lower + one);
      const beside = up * of(upper + two) + low * of(lower + two);
      out[at] =
        Math.fround((weightNear[x] as number) * here + (weightFar[x] as number) * beside) + TO_INTEGER - TO_INTEGER;
      at += channels;
    }
  }
}

/** The same for three channels at once, which is what recipes have: a pixel's stored bits are looked up once. */
function resizeThreeByTwo(
  bits: Uint8Array | Uint16Array,
  columns: number,
  values: Float32Array,
  rows: Pairs,
  across: Pairs,
  out: Uint8Array,
): void {
  const { near, far, weightNear, weightFar } = across;
  let at = 0;
  for (let y = 0; y < rows.near.length; y++) {
    const upper = (rows.near[y] as number) * columns;
    const lower = (rows.far[y] as number) * columns;
    const up = rows.weightNear[y] as number;
    const low = rows.weightFar[y] as number;
    for (let x = 0; x < near.length; x++) {
      const one = near[x] as number;
      const two = far[x] as number;
      const left = weightNear[x] as number;
      const right = weightFar[x] as number;
      const a = (bits[upper + one] as number) * 3;
      const b = (bits[lower + one] as number) * 3;
      const c = (bits[upper + two] as number) * 3;
      const d = (bits[lower + two] as number) * 3;
      out[at] =
        Math.fround(left * (up * values[a]! + low * values[b]!) + right * (up * values[c]! + low * values[d]!)) +
        TO_INTEGER -
        TO_INTEGER;
      out[at + 1] =
        Math.fround(
          left * (up * values[a + 1]! + low * values[b + 1]!) + right * (up * values[c + 1]! + low * values[d + 1]!),
        ) +
        TO_INTEGER -
        TO_INTEGER;
      out[at + 2] =
        Math.fround(
          left * (up * values[a + 2]! + low * values[b + 2]!) + right * (up * values[c + 2]! + low * values[d + 2]!),
        ) +
        TO_INTEGER -
        TO_INTEGER;
      at += 3;
    }
  }
}

function pairsOf({ first, start, weights }: Omit<Taps, 'pairs'>): Pairs {
  const alone = (i: number) => (start[i + 1] as number) - (start[i] as number) === 1;
  return {
    near: first,
    far: first.map((from, i) => (alone(i) ? from : from + 1)),
    weightNear: Float64Array.from(first, (_, i) => weights[start[i] as number] as number),
    weightFar: Float64Array.from(first, (_, i) => (alone(i) ? 0 : (weights[(start[i] as number) + 1] as number))),
  };
}

/** Any number of taps: the rows of a picture are summed once for each of its lines, all channels side by side. */
function resizeByMany(
  bits: Uint8Array | Uint16Array,
  columns: number,
  table: WindowTable,
  vertical: Taps,
  horizontal: Taps,
  out: Uint8Array,
): void {
  const { channels } = table;
  const height = vertical.first.length;
  const width = horizontal.first.length;
  const row = new Float64Array(columns * channels);
  const addRow = channels === 3 ? addThree : addAny;
  let at = 0;
  for (let y = 0; y < height; y++) {
    const top = vertical.start[y] as number;
    const bottom = vertical.start[y + 1] as number;
    row.fill(0);
    for (let k = top; k < bottom; k++) {
      const base = ((vertical.first[y] as number) + k - top) * columns;
      addRow(row, vertical.weights[k] as number, bits, base, columns, table);
    }
    for (let x = 0; x < width; x++) {
      const left = horizontal.start[x] as number;
      const right = horizontal.start[x + 1] as number;
      const base = ((horizontal.first[x] as number) - left) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = left; k < right; k++)
          sum += (horizontal.weights[k] as number) * (row[base + k * channels + channel] as number);
        out[at++] = Math.fround(sum) + TO_INTEGER - TO_INTEGER;
      }
    }
  }
}

function addAny(
  row: Float64Array,
  weight: number,
  bits: Uint8Array | Uint16Array,
  base: number,
  columns: number,
  { values, channels }: WindowTable,
): void {
  let to = 0;
  for (let x = 0; x < columns; x++) {
    const from = (bits[base + x] as number) * channels;
    for (let channel = 0; channel < channels; channel++) row[to++]! += weight * (values[from + channel] as number);
  }
}

function addThree(
  row: Float64Array,
  weight: number,
  bits: Uint8Array | Uint16Array,
  base: number,
  columns: number,
  { values }: WindowTable,
): void {
  for (let x = 0, to = 0; x < columns; x++, to += 3) {
    const from = (bits[base + x] as number) * 3;
    row[to]! += weight * (values[from] as number);
    row[to + 1]! += weight * (values[from + 1] as number);
    row[to + 2]! += weight * (values[from + 2] as number);
  }
}
