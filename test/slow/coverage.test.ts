import { describe, expect, test } from 'vitest';
import { coverage, RATIOS, SIZES } from '../statistics/coverage.ts';

const TABLES = 10_000;

// npm run test:slow; its figures stand in docs/statistics.md.
describe.runIf(process.env.ICHOR_SLOW === '1')('slow: npm run test:slow', () => {
  test.each(
    (Object.keys(RATIOS) as (keyof typeof RATIOS)[]).flatMap((ratio) => SIZES.map((size) => ({ ratio, ...size }))),
  )(`${TABLES} tables, $ratio, $seeds seeds, $patients patients`, { timeout: 600_000 }, ({ ratio, ...size }) => {
    const { covered, rejected } = coverage(ratio, size, TABLES);
    console.info(`| ${ratio} | ${size.seeds} | ${size.patients} | ${(100 * covered).toFixed(1)} % |`);
    expect(covered).toBeGreaterThan(0.935);
    expect(covered).toBeLessThan(0.98);
    // A placebo: nothing differs, and so often something is said to.
    expect(rejected).toBeLessThanOrEqual(0.06);
  });
});
