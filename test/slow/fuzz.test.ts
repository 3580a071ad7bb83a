import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BASE, expectSound, mutation, RICH, VALID } from '../registry/mutations.ts';

const RUNS = 100_000;
/** Far above what any file of this size takes; a hang is one. */
const LONGEST_MS = 20_000;

// npm run test:slow. The ordinary suite runs the same property a few hundred times.
describe.runIf(process.env.ICHOR_SLOW === '1')('slow: npm run test:slow', () => {
  test(`${RUNS} mutated files: no crash and no hang`, { timeout: 3_600_000 }, async () => {
    let longest = 0;
    let errors = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(VALID, RICH, BASE),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        async (whole, mutations) => {
          const text = mutations.reduce<string>((before, change) => change(before), whole);
          const started = performance.now();
          await expectSound(text).catch((error: unknown) => {
            errors += 1;
            throw error;
          });
          longest = Math.max(longest, performance.now() - started);
        },
      ),
      { numRuns: RUNS },
    );
    expect(errors).toBe(0);
    expect(longest).toBeLessThan(LONGEST_MS);
    process.stdout.write(`slowest file: ${longest.toFixed(0)} ms\n`);
  });
});
