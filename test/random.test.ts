import { describe, expect, it } from 'vitest';
import { seedOf, stream } from '../src/random.ts';

describe('streams', () => {
  it('depend on each of their parts and on nothing else', () => {
    const first = Array.from({ length: 4 }, stream(0, 'augment', 1, 'ID_a').uniform);
    expect(Array.from({ length: 4 }, stream(0, 'augment', 1, 'ID_a').uniform)).toEqual(first);
    for (const other of [
      stream(1, 'augment', 1, 'ID_a'),
      stream(0, 'init', 1, 'ID_a'),
      stream(0, 'augment', 2, 'ID_a'),
    ]) {
      expect(other.uniform()).not.toBe(first[0]);
    }
    expect(seedOf(0, 'a', 'b', 'c')).not.toEqual(seedOf(0, 'a', 'bc'));
    expect(seedOf(0, 'a', 1)).not.toEqual(seedOf(0, 'a', '1'));
  });

  it('have the moments of their distributions', () => {
    const random = stream(0, 'moments');
    const n = 100_000;
    const uniform = Array.from({ length: n }, random.uniform);
    const normal = Array.from({ length: n }, random.normal);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const variance = (values: number[]) =>
      mean(values.map((v) => (v - mean(values.slice(0, 1))) ** 2)) - (mean(values) - values[0]!) ** 2;
    // Five standard errors: 5 sqrt(1/12/n) and 5 / sqrt(n).
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.0046);
    expect(Math.abs(mean(normal))).toBeLessThan(0.016);
    expect(Math.abs(variance(normal) - 1)).toBeLessThan(0.025);
    expect(uniform.every((u) => u >= 0 && u < 1)).toBe(true);
  });

  it('shuffle without losing anything', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    const shuffled = stream(0, 'shuffle').shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });
});
