import { expect, it } from 'vitest';
import { damage, madeSamples } from './mutations.ts';

it('2,000 damaged files: no crash, no hang, no guess', async () => {
  const samples = madeSamples();
  const [headers, anywhere] = [await damage(samples, 1000, 0, true), await damage(samples, 1000, 1000, false)];
  for (const { wrong, equal, left, other } of [headers, anywhere]) {
    expect(wrong).toEqual([]);
    expect(equal + left + other).toBe(1000);
    expect(Math.min(equal, left)).toBeGreaterThan(100);
  }
});
