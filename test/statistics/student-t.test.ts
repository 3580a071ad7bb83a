import { expect, test } from 'vitest';
import { tCdf, tQuantile, tTail } from '../../src/statistics/student-t.ts';
import recorded from '../fixtures/statistics/student-t.json' with { type: 'json' };

test('the distribution is scipy’s, from half a degree of freedom to a million', () => {
  for (const [t, df, below, above] of recorded.cdf as [number, number, number, number][]) {
    const of = `t ${t}, df ${df}`;
    expect(Math.abs(tCdf(t, df) - below), of).toBeLessThan(1e-12);
    expect(Math.abs(tTail(t, df) - above), of).toBeLessThan(1e-12);
  }
});

test('so are its quantiles', () => {
  for (const [p, df, t] of recorded.quantile as [number, number, number][]) {
    expect(Math.abs(tQuantile(p, df) - t), `p ${p}, df ${df}`).toBeLessThan(1e-9 * Math.max(1, Math.abs(t)));
  }
});

test('far out a tail keeps its digits', () => {
  // scipy.stats.t.sf(30, 4), and of no spread at all.
  expect(tTail(30, 4) / 3.6764280488e-6).toBeCloseTo(1, 9);
  expect(tTail(Number.POSITIVE_INFINITY, 4)).toBe(0);
  expect([tQuantile(0, 4), tQuantile(1, 4)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(tQuantile(Number.NaN, 4)).toBeNaN();
});
