/** What shows in where values stand, and not in how often each of them is there. Integers alone: no platform differs. */

/** So many rows at most are looked at: a few per cent of what a slice takes. */
const ROWS = 32;
/** Mean difference of neighbours below which it is the noise of air, or of a scan. HU. */
const LEAST_DIFFERENCE = 200;
/** Of what pixels half a picture apart differ by. */
const NOISE = [3, 4] as const;

/**
 * The share of rows whose neighbouring pixels, beside and below, have as little to do with each other as pixels half a
 * picture apart: of noise all of them. Both ways, as streaks of metal look so across, and never along themselves.
 */
export function noisyRows(
  bits: ArrayLike<number>,
  rows: number,
  columns: number,
  table: { readonly [pattern: number]: number },
): number {
  const half = columns >> 1;
  if (rows < 2 || half < 2) return 0;
  const step = Math.max(1, Math.floor((rows - 1) / ROWS));
  let [noisy, looked] = [0, 0];
  for (let row = 0; row + 1 < rows; row += step) {
    looked++;
    if (isNoisy(bits, row * columns, columns, table)) noisy++;
  }
  return noisy / looked;
}

function isNoisy(
  bits: ArrayLike<number>,
  from: number,
  columns: number,
  table: { readonly [pattern: number]: number },
): boolean {
  const half = columns >> 1;
  const hu = (i: number) => table[bits[i] as number] as number;
  let [beside, below, far] = [0, 0, 0];
  let here = hu(from);
  for (let x = 0; x + 1 < columns; x++) {
    const next = hu(from + x + 1);
    beside += Math.abs(here - next);
    here = next;
  }
  // Of a head one row in a thousand gets further.
  if (beside < LEAST_DIFFERENCE * (columns - 1)) return false;
  for (let x = 0; x < columns; x++) below += Math.abs(hu(from + x) - hu(from + columns + x));
  for (let x = 0; x < half; x++) far += Math.abs(hu(from + x) - hu(from + x + half));
  const [some, of] = NOISE;
  return (
    below >= LEAST_DIFFERENCE * columns &&
    beside * half * of >= far * (columns - 1) * some &&
    below * half * of >= far * columns * some
  );
}

/**
 * How far the difference from the row below exceeds that in lines of the other length. Of 324 slices of RSNA, cut and padded to
 * pictures that are not square, it is at most 0.92 of the other, of noise 1.03; with Rows and Columns exchanged at least 1.27,
 * and 1.1 where the two differ by one.
 */
const TORN = [6, 5] as const;

/**
 * Whether Rows and Columns of a picture that is not square are exchanged in its header: its lines are as long as it has rows,
 * so that what stands below each other in them is alike, and what stands below each other by the header is not. False of
 * square pictures, of which nothing could tell.
 */
export function isTorn(
  bits: ArrayLike<number>,
  rows: number,
  columns: number,
  table: { readonly [pattern: number]: number },
): boolean {
  if (rows === columns || Math.min(rows, columns) < LEAST_SIDE) return false;
  const step = Math.max(1, Math.floor((rows - 1) / ROWS));
  const furthest = Math.max(rows, columns);
  const hu = (i: number) => table[bits[i] as number] as number;
  let [stated, exchanged] = [0, 0];
  for (let row = 0; (row + 1) * columns + furthest <= bits.length; row += step) {
    const from = row * columns;
    for (let i = from; i < from + columns; i++) {
      const here = hu(i);
      stated += Math.abs(here - hu(i + columns));
      exchanged += Math.abs(here - hu(i + rows));
    }
  }
  const [more, than] = TORN;
  return stated * than > exchanged * more;
}

/** Of less a part of an edge is a pixel or two. */
const LEAST_SIDE = 16;

/** By patterns of stored bits, zero between two pictures. */
const COUNTS = new Uint32Array(2 ** 16);

/** The commonest HU above `air` of the outermost ring of pixels, and the share of the ring that has it; 0 and 0 where none is above, and of pictures of a few pixels. */
export function edgeValue(
  bits: ArrayLike<number>,
  rows: number,
  columns: number,
  table: { readonly [pattern: number]: number },
  air: number,
): { hu: number; share: number } {
  if (rows < LEAST_SIDE || columns < LEAST_SIDE) return { hu: 0, share: 0 };
  let [found, most, ring] = [-1, 0, 0];
  const counted: number[] = [];
  const each = (visit: (pattern: number) => void) => {
    for (let x = 0; x < columns; x++) {
      visit(bits[x] as number);
      visit(bits[(rows - 1) * columns + x] as number);
    }
    for (let y = 1; y + 1 < rows; y++) {
      visit(bits[y * columns] as number);
      visit(bits[(y + 1) * columns - 1] as number);
    }
  };
  each((pattern) => {
    ring++;
    if ((table[pattern] as number) <= air) return;
    const count = (COUNTS[pattern] as number) + 1;
    if (count === 1) counted.push(pattern);
    COUNTS[pattern] = count;
    if (count > most || (count === most && pattern < found)) [found, most] = [pattern, count];
  });
  for (const pattern of counted) COUNTS[pattern] = 0;
  return most === 0 ? { hu: 0, share: 0 } : { hu: table[found] as number, share: Number((most / ring).toFixed(6)) };
}
