/** Slices `from` to `to`, both among them, by their places in the series. */
export interface Stretch {
  from: number;
  to: number;
}

/**
 * How a slice stands to another: above it (1), below it (-1), like it (0), or not known (null).
 */
export type Step<T> = (from: T, to: T) => -1 | 0 | 1 | null;

/**
 * Slices that differ from those on both sides of them while these are alike: into such a stretch a step leads, and one of
 * the other direction out of it. At the ends of a series nothing is known.
 */
export function stretches<T>(items: readonly T[], step: Step<T>): Stretch[] {
  const found: Stretch[] = [];
  let start: { at: number; direction: number } | null = null;
  for (let i = 1; i < items.length; i++) {
    const direction = step(items[i - 1] as T, items[i] as T);
    if (direction === null) start = null;
    if (direction === null || direction === 0) continue;
    const back = start !== null && direction === -start.direction;
    if (start !== null && back && step(items[start.at - 1] as T, items[i] as T) === 0) {
      found.push({ from: start.at, to: i - 1 });
      start = null;
    } else start = { at: i, direction };
  }
  return found;
}

/** `6 to 9, 12 of 18`, from 1. */
export function placesOf(at: readonly number[], of: number): string {
  const parts: string[] = [];
  for (let i = 0; i < at.length; ) {
    let last = i;
    while (last + 1 < at.length && at[last + 1] === (at[last] as number) + 1) last++;
    const [from, to] = [(at[i] as number) + 1, (at[last] as number) + 1];
    parts.push(from === to ? `${from}` : `${from} to ${to}`);
    i = last + 1;
  }
  return `${parts.join(', ')} of ${of}`;
}

/** All places of these stretches, ascending. */
export const placesIn = (found: readonly Stretch[]): number[] =>
  [...new Set(found.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))].sort(
    (a, b) => a - b,
  );
