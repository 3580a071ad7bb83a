import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { damage, FORMS, fate, LOOSE } from '../runtime/weights/damage.ts';

const RUNS = Number(process.env.ICHOR_SLOW_RUNS ?? 1000);
const PATIENCE_MS = 8_000;

// npm run test:slow. The ordinary suite does the same a few dozen times.
describe.runIf(process.env.ICHOR_SLOW === '1')('slow: npm run test:slow', () => {
  test.each([...FORMS, ...LOOSE].map((form) => [form.damaged, form] as const))(
    `${RUNS} changes to %s: no crash, no hang, no memory`,
    { timeout: 3_600_000 },
    async (name, form) => {
      let longest = 0;
      let most = 0;
      const fates: Record<string, number> = {};
      await fc.assert(
        fc.asyncProperty(damage, async (change) => {
          const started = performance.now();
          const told = await fate(form, change, PATIENCE_MS);
          fates[told] = (fates[told] ?? 0) + 1;
          longest = Math.max(longest, performance.now() - started);
          most = Math.max(most, process.memoryUsage().rss);
        }),
        { numRuns: RUNS },
      );
      process.stdout.write(
        `${name}: slowest ${longest.toFixed(0)} ms, ${(most / 1e6).toFixed(0)} MB, ${JSON.stringify(fates)}\n`,
      );
      expect(longest).toBeLessThan(4 * PATIENCE_MS);
      expect(most).toBeLessThan(500e6);
    },
  );
});
