import { describe, expect, it } from 'vitest';
import { crossedEffect } from '../../src/statistics/crossed.ts';
import { type Effect, isEffect, type NoEffect } from '../../src/statistics/effect.ts';
import { nestedEffect } from '../../src/statistics/nested.ts';
import { intervalOf, type Question, smallestFound, test } from '../../src/statistics/question.ts';
import recorded from '../fixtures/statistics/crossed.json' with { type: 'json' };

const effect = (found: Effect | NoEffect): Effect => {
  if (!isEffect(found)) throw new Error(found.why);
  return found;
};
const gain: Question = { kind: 'better', by: 0, sides: 2 };

describe('the crossed design', () => {
  it.each(recorded.tables)('is that of statsmodels and scipy: $name', (table) => {
    const found = effect(crossedEffect(table.values));
    const interval = intervalOf(found, 0.95);
    expect(found.mean).toBeCloseTo(table.mean, 12);
    expect(found.standardError).toBeCloseTo(table.se, 10);
    expect(found.df).toBeCloseTo(table.df, 8);
    expect(interval.low).toBeCloseTo(table.low, 8);
    expect(interval.high).toBeCloseTo(table.high, 8);
    const { holds, fails } = test(found, gain);
    expect(Math.min(holds, fails)).toBeCloseTo(table.p, 9);
    expect(test(found, { kind: 'same', within: 0.5 }).holds).toBeCloseTo(table.tost, 9);
    expect(smallestFound(found, gain)).toBeCloseTo(table.smallest, 8);
    const [seeds, patients] = [table.values.length, table.values[0]!.length];
    expect(found.spread.rest).toBeCloseTo(Math.sqrt(table.E), 9);
    expect(found.spread.patients).toBeCloseTo(Math.sqrt(Math.max(0, table.P - table.E) / seeds), 9);
    expect(found.spread.seeds).toBeCloseTo(Math.sqrt(Math.max(0, table.S - table.E) / patients), 9);
  });

  it('takes no rounding for variation, and no error of nought for certainty', () => {
    const equal = Array.from({ length: 5 }, () => Array.from({ length: 20 }, () => 0.3));
    (equal[2] as number[])[7] = 0.1 + 0.2;
    expect(crossedEffect(equal)).toEqual({ why: expect.stringContaining('nothing varies') });
    // Each patient and each seed has the same mean, single values do not.
    const latin = Array.from({ length: 5 }, (_, j) => Array.from({ length: 20 }, (_, i) => (i % 5 === j ? 4 : -1)));
    expect(crossedEffect(latin)).toEqual({ why: expect.stringContaining('neither patients nor seeds vary') });
    expect(nestedEffect([0.8 - 0.6, 1 - 0.8, 0.5 - 0.3, 0.7 - 0.5, 0.9 - 0.7])).toEqual({
      why: expect.stringContaining('nothing varies'),
    });
  });

  it('has the fewest degrees of freedom of mean squares that are equal, whatever their last bits', () => {
    for (const value of [1, 0.25, 0.1, 0.7]) {
      const one = Array.from({ length: 5 }, (_, j) => Array.from({ length: 80 }, (_, i) => (i + j === 0 ? value : 0)));
      expect(effect(crossedEffect(one)).df, String(value)).toBe(4);
    }
  });

  it('is never surer than its patients, or its seeds, alone are', () => {
    // By hand: seeds have equal means, so that S is 0 and P + S - E is less than P.
    const found = effect(
      crossedEffect([
        [1, 3, 5],
        [2, 4, 3],
      ]),
    );
    // Means by patient 1.5, 3.5, 4; P = 2 (1.5^2 + 0.5^2 + 1) / 2 = 3.5 over 2 x 3 values, with 2 degrees of freedom.
    expect(found).toMatchObject({ mean: 3, df: 2 });
    expect(found.standardError).toBeCloseTo(Math.sqrt(3.5 / 6), 12);
    expect(found.spread.seeds).toBe(0);
  });

  it('says where nothing can be said', () => {
    expect(crossedEffect([[1, 2, 3]])).toEqual({ why: 'one seed says nothing of another' });
    expect(crossedEffect([[1], [2]])).toEqual({ why: 'one patient says nothing of another' });
    expect(
      crossedEffect([
        [1, 1],
        [1, 1],
      ]),
    ).toEqual({ why: expect.stringContaining('nothing varies') });
    // The same run under five seeds is one run.
    expect(crossedEffect([1, 2, 3, 4, 5].map(() => [0.1, 0.3, 0.2]))).toEqual({
      why: expect.stringContaining('the seeds change nothing'),
    });
  });
});

describe('the nested design', () => {
  it('is t over the replicates', () => {
    // scipy.stats.ttest_1samp([0.1, 0.3, 0.2, 0.4, 0.15], 0): t = 4.2710, p = 0.01294, interval 0.08048 to 0.37952.
    const found = effect(nestedEffect([0.1, 0.3, 0.2, 0.4, 0.15]));
    expect(found.df).toBe(4);
    expect(found.mean / found.standardError).toBeCloseTo(4.270993, 4);
    expect(test(found, gain).holds).toBeCloseTo(0.0129399, 6);
    const { low, high } = intervalOf(found, 0.95);
    expect([low, high]).toEqual([expect.closeTo(0.080484, 5), expect.closeTo(0.379516, 5)]);
  });

  it('says where nothing can be said', () => {
    expect(nestedEffect([1])).toEqual({ why: 'one replicate says nothing of another' });
    expect(nestedEffect([1, 1, 1])).toEqual({ why: 'nothing varies from replicate to replicate' });
  });
});

describe('a question', () => {
  const found: Effect = { mean: 0.05, standardError: 0.01, df: 6, spread: {} };

  it('is decided where its interval says so, from whichever side', () => {
    const { low, high } = intervalOf(found, 0.95);
    for (const by of [0, low - 1e-6, low + 1e-6, 0.05, high - 1e-6, high + 1e-6]) {
      const { holds, fails } = test(found, { kind: 'better', by, sides: 2 });
      expect([holds < 0.05, fails < 0.05], `by ${by}`).toEqual([by < low, by > high]);
    }
    const ninety = intervalOf(found, 0.9);
    const one = (by: number) => test(found, { kind: 'better', by, sides: 1 }).holds < 0.05;
    expect([one(ninety.low - 1e-6), one(ninety.low + 1e-6)]).toEqual([true, false]);
  });

  it('of equality holds where the 90 % interval lies within the band, and fails where the 95 % one lies without', () => {
    const ninety = intervalOf(found, 0.9);
    const same = (within: number) => test(found, { kind: 'same', within });
    expect([same(ninety.high + 1e-6).holds < 0.05, same(ninety.high - 1e-6).holds < 0.05]).toEqual([true, false]);
    const { low } = intervalOf(found, 0.95);
    expect([same(low - 1e-6).fails < 0.05, same(low + 1e-6).fails < 0.05]).toEqual([true, false]);
    // The other way round it is the same.
    const { holds, fails } = same(0.03);
    expect(test({ ...found, mean: -0.05 }, { kind: 'same', within: 0.03 })).toEqual({
      holds: expect.closeTo(holds, 12),
      fails: expect.closeTo(fails, 12),
    });
  });

  it('costs more in a family', () => {
    expect(smallestFound(found, gain, 4)).toBeGreaterThan(smallestFound(found, gain));
    expect(smallestFound(found, { kind: 'better', by: 1, sides: 2 })).toBeCloseTo(1 + smallestFound(found, gain), 12);
  });
});
