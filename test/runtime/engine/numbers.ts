import { expect } from 'vitest';

/** Numbers in [-scale, scale), the same in every run, of a generator that is not the one under test (LCG of Numerical Recipes). */
export function numbers(count: number, seed = 1, scale = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * scale;
  });
}

/** Every number within `tolerance` x (1 + |expected|). */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  let where = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number];
    const error = Number.isFinite(a) ? Math.abs(a - e) / (1 + Math.abs(e)) : Infinity;
    if (error > worst) [worst, where] = [error, i];
  }
  expect(worst, `at ${where}: ${actual[where]} for ${expected[where]}`).toBeLessThanOrEqual(tolerance);
}

/** Central differences of a scalar function of numbers. */
export function slopes(f: (values: Float32Array) => number, at: Float32Array, step: number): number[] {
  return Array.from(at, (value, i) => {
    const moved = (by: number) => {
      const copy = Float32Array.from(at);
      copy[i] = value + by;
      return f(copy);
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
}
