/** Numbers and shapes as problems name them. */
export const shown = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(6))) : (JSON.stringify(value) ?? String(value));

export const shapeWords = (shape: readonly (number | null)[]): string =>
  `[${shape.map((side) => side ?? 'any').join(', ')}]`;

/** The first number that is none, or lies outside of `low` to `high`; undefined where all are fine. */
export function outside(
  values: ArrayLike<number>,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): number | undefined {
  return Array.prototype.find.call(
    values,
    (value: number) => !(Number.isFinite(value) && value >= low && value <= high),
  ) as number | undefined;
}

/** Largest difference between two lists of numbers; infinite where their lengths differ. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, difference);
  }
  return worst;
}

export const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.prototype.every.call(a, (value: number, i: number) => Object.is(value, b[i]));
