import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { damage, FORMS, fate, LOOSE } from './damage.ts';

/** The library of HDF5 is started anew after each refusal: its files get fewer of them. npm run test:slow has thousands. */
const isHdf5 = (name: string) => /\.(h5|keras)$/.test(name);
const PATIENCE_MS = 8_000;

describe('a damaged file is read or refused in words, and never ends or stops the process', () => {
  test.each([...FORMS, ...LOOSE].map((form) => [form.damaged, form] as const))('%s, cut off', async (name, form) => {
    const runs = isHdf5(name) ? 12 : 40;
    for (let i = 0; i < runs; i++) {
      const share = i / runs;
      const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(share * bytes.length));
      const told = await fate(form, cut, PATIENCE_MS);
      expect(told, `the first ${share} of it`).not.toBe('read');
      // Enough of it to know what it is: no other file is meant.
      if (share > 0.1 && isHdf5(name)) expect(told).toBe('weights-file-cut-off');
    }
  });

  test.each([...FORMS, ...LOOSE].map((form) => [form.damaged, form] as const))('%s, changed', async (name, form) => {
    const fates = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(damage, async (change) => {
        const told = await fate(form, change, PATIENCE_MS);
        fates.set(told, (fates.get(told) ?? 0) + 1);
      }),
      { numRuns: isHdf5(name) ? 8 : 40 },
    );
    expect([...fates.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });

  test('and the memory that it takes stays what it was', () => {
    expect(process.memoryUsage().rss).toBeLessThan(500e6);
  });
});
