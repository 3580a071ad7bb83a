import type { Interval } from '../artifacts/metrics.ts';

/** The middle `level` of the draws' values; null among them: not defined in that draw. */
export function percentileInterval(values: readonly (number | null)[], level = 0.95): Interval {
  const known = Float64Array.from(values.filter((value) => value !== null)).sort();
  const tail = (1 - level) / 2;
  return {
    low: quantile(known, tail),
    high: quantile(known, 1 - tail),
    draws: values.length,
    skipped: values.length - known.length,
  };
}

/** Between neighbours linearly, as numpy's default. */
function quantile(sorted: Float64Array, share: number): number | null {
  if (sorted.length === 0) return null;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (high - low) * (place - below);
}
