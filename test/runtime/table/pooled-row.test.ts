import { describe, expect, it } from 'vitest';
import { IchorError } from '../../../src/errors.ts';
import { claimResults } from '../../../src/runtime/table/claims.ts';
import { byFoldText, foldNotes, meanOfFoldsText } from '../../../src/runtime/table/fold-text.ts';
import { type Pooled, pooledSeed } from '../../../src/runtime/table/pooled-row.ts';
import { runsOf, type SeedResult } from '../../../src/runtime/table/seed-result.ts';
import { stateText } from '../../../src/runtime/table/text.ts';
import { differing, LOSS, madeClaim, madeResult, madeRow, madeTable } from './made-up.ts';

const AUC = 'auc (any)';
const figure = (name: string, value: number | null) => ({
  name,
  value,
  better: 'higher' as const,
  unit: 'slice' as const,
  counts: { positives: 9, negatives: 9 },
});
/** A fold of one seed, with the AUC that it has alone. */
const fold = (place: number, auc: number | null, more: Partial<SeedResult> = {}): SeedResult => ({
  ...(madeResult('row').seeds[0] as SeedResult),
  fold: place,
  run: `row-${place}`,
  figures: [figure(AUC, auc)],
  patients: 8,
  ...more,
});
const row = madeRow('row', { folds: 3, seeds: [0] });
const pooled: Pooled = {
  figures: [figure(AUC, 0.8)],
  intervals: {},
  baselines: { constant: [], 'all-positive': [] },
  patients: 24,
};
const never = () => Promise.reject(new Error('asked'));

describe('the folds of a seed', () => {
  it('are one result, of all of their runs in their order', async () => {
    const asked: unknown[] = [];
    const seed = await pooledSeed(row, [fold(0, 0.9), fold(1, 0.7), fold(2, 0.5)], async (of, runs) => {
      asked.push(of.name, runs);
      return pooled;
    });
    expect(asked).toEqual(['row', ['row-0', 'row-1', 'row-2']]);
    expect(seed).toMatchObject({ status: 'done', patients: 24, seconds: 3, run: null });
    expect(runsOf(seed)).toEqual(['row-0', 'row-1', 'row-2']);
    // By hand: 0.9, 0.7 and 0.5 have the mean 0.7.
    expect(byFoldText(seed, AUC, [AUC])).toBe('by fold 0.5000 to 0.9000, mean of folds 0.7000');
    expect(byFoldText(seed, AUC, [])).toBe('by fold 0.5000 to 0.9000');
    const cells = { [AUC]: { mean: 0.8, deviation: null, runs: 1, counts: null } };
    expect(meanOfFoldsText({ seeds: [seed], ranks: [AUC], cells }, AUC)).toBe('mean of folds 0.7000');
    expect(meanOfFoldsText({ seeds: [seed], ranks: [], cells }, AUC)).toBe('');
  });

  it('name those in which a figure is not defined, and have no mean then', async () => {
    const seed = await pooledSeed(row, [fold(0, 0.9), fold(1, null), fold(2, 0.5)], async () => pooled);
    expect(byFoldText(seed, AUC, [AUC])).toBe('by fold 0.5000 to 0.9000, not defined in fold 1');
  });

  it('have no figure while one is missing or failed, or where they cannot be pooled', async () => {
    const missing = await pooledSeed(
      row,
      [fold(0, 0.9), fold(1, 0.7), fold(2, null, { status: 'not started', run: null })],
      never,
    );
    expect(missing).toMatchObject({ status: 'not started', figures: null, error: null });
    const failed = await pooledSeed(
      row,
      [fold(0, 0.9), fold(1, null, { status: 'failed', run: null, error: 'No memory.' })],
      never,
    );
    expect(failed).toMatchObject({ status: 'failed', figures: null, error: 'as stated, fold 1: No memory.' });
    const refused = await pooledSeed(row, [fold(0, 0.9), fold(1, 0.7)], () =>
      Promise.reject(new IchorError('folds-not-pooled', 'Two draws.', 'Run it again.', 2)),
    );
    expect(refused).toMatchObject({ status: 'failed', figures: null, error: 'Two draws. Run it again.' });
    const result = { ...madeResult('row'), row, seeds: [refused], runs: refused.folds };
    expect(stateText(result)).toBe('folds cannot be pooled');
    const open = { ...result, seeds: [missing], runs: missing.folds };
    expect(stateText(open)).toBe('2 of 3 runs');
    const [claim] = await claimResults(
      madeTable([open, madeResult('less')], [madeClaim({ row: 'row', than: 'less', figure: LOSS })]),
      differing(() => 0),
    );
    expect(claim?.why).toBe('row row, seed 0, is incomplete: fold 2 has not run');
  });
});

it('a table says which rows are over folds, and of AUC what pooling compares', () => {
  const own = { ...madeResult('a'), row, ranks: [AUC] };
  expect(foldNotes([madeResult('b')])).toEqual([]);
  expect(foldNotes([own, madeResult('b')])[0]).toMatch(
    /^Over 3 folds \(row\): each labelled patient is predicted once/,
  );
  expect(foldNotes([own])[1]).toContain('scores of different networks');
});
