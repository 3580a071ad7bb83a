import { expect, test } from 'vitest';
import { coverage, RATIOS, SIZES } from './coverage.ts';

/** A thousand tables tell a share of 95 % to within 2 %: test/slow/coverage.test.ts has ten thousand, and narrow limits. */
test.each(Object.keys(RATIOS) as (keyof typeof RATIOS)[])(
  '%s: nineteen intervals of twenty hold the truth',
  (ratio) => {
    for (const size of SIZES.slice(0, 2)) {
      const { covered, rejected } = coverage(ratio, size, 1000);
      const of = `${size.seeds} seeds, ${size.patients} patients`;
      expect(covered, of).toBeGreaterThan(0.925);
      expect(covered, of).toBeLessThan(0.99);
      expect(rejected, of).toBeLessThan(0.075);
    }
  },
);
