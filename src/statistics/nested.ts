import { type Effect, type NoEffect, roundingOf } from './effect.ts';

/**
 * The mean over replicates that share nothing: each has patients, and trainings, of its own. Student's t over one value a
 * replicate: what patients and seeds add to its variance is in the values already.
 */
export function nestedEffect(values: readonly number[]): Effect | NoEffect {
  const count = values.length;
  if (count < 2) return { why: 'one replicate says nothing of another' };
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const rounding = roundingOf(values);
  if (values.every((value) => Math.abs(value - values[0]!) <= rounding))
    return { why: 'nothing varies from replicate to replicate' };
  return {
    mean,
    standardError: Math.sqrt(variance / count),
    df: count - 1,
    spread: { replicates: Math.sqrt(variance) },
  };
}
