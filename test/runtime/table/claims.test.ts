import { describe, expect, it } from 'vitest';
import { IchorError } from '../../../src/errors.ts';
import type { TableClaim } from '../../../src/registry/table/table.ts';
import { claimText, outcomeText } from '../../../src/runtime/table/claim-text.ts';
import { type ClaimResult, claimResults, type PairedRuns } from '../../../src/runtime/table/claims.ts';
import { crossedEffect } from '../../../src/statistics/crossed.ts';
import type { Effect } from '../../../src/statistics/effect.ts';
import { intervalOf } from '../../../src/statistics/question.ts';
import { around, differing, F1, LOSS, madeClaim, madeResult, madeTable } from './made-up.ts';

const ROWS = [madeResult('more', { value: 0.2 }), madeResult('less', { value: 0.25 })];
const decide = async (claim: Partial<TableClaim>, paired: PairedRuns, rows = ROWS): Promise<ClaimResult> =>
  (await claimResults(madeTable(rows, [madeClaim(claim)]), paired))[0]!;
const never: PairedRuns = () => Promise.reject(new Error('asked'));

describe('a crossed claim', () => {
  it.each([
    // mean, by, outcome
    [0.05, 0.02, 'holds'],
    [0.05, 0.045, 'undecided'],
    [0.05, 0.1, 'fails'],
    [-0.05, 0, 'fails'],
    [0.001, 0, 'undecided'],
  ] as const)('a gain of %f, by more than %f: %s', async (mean, by, outcome) => {
    const found = await decide({ question: { kind: 'better', by, sides: 2 } }, differing(around(mean)));
    expect(found.outcome).toBe(outcome);
    const values = Array.from({ length: 5 }, (_, pair) => Array.from({ length: 40 }, (_, i) => around(mean)(pair, i)));
    const effect = crossedEffect(values) as Effect;
    expect(found.gain).toMatchObject(intervalOf(effect, 0.95));
    expect(found.gain?.df).toBe(effect.df);
    if (outcome === 'undecided') expect(outcomeText(found)).toMatch(/^undecided \(a gain from 0\.\d+ on would/);
  });

  it('asks for the other row less its own where lower is better, and the other way round where higher is', async () => {
    const asked: unknown[] = [];
    const watch: PairedRuns = (pairs, figure) => {
      asked.push(pairs.map(({ left, right }) => [left.runs[0], right.runs[0]])[0], figure);
      return differing(around(0.1))(pairs, figure);
    };
    await decide({}, watch);
    const calls = [madeResult('more', { figure: F1 }), madeResult('less', { figure: F1 })];
    await decide({ figure: F1 }, watch, calls);
    expect(asked).toEqual([['less.null.0', 'more.null.0'], LOSS, ['more.null.0', 'less.null.0'], F1]);
  });

  it('is not decided by fewer than five seeds, and shows what it saw', async () => {
    const rows = ['more', 'less'].map((name) => madeResult(name, { row: { seeds: [0, 1] } }));
    const found = await decide({ expect: 'holds', gate: true }, differing(around(0.5)), rows);
    expect(found).toMatchObject({ outcome: 'undecided', why: '2 of 5 seeds', met: false });
    expect(found.gain?.mean).toBeGreaterThan(0.4);
    expect(outcomeText(found)).toBe('undecided (2 of 5 seeds)');
    const one = ['more', 'less'].map((name) => madeResult(name, { row: { seeds: [0] } }));
    expect(await decide({}, differing(around(0.5)), one)).toMatchObject({
      outcome: 'undecided',
      why: '1 of 5 seeds',
      gain: null,
    });
  });

  it('is not decided where nothing varies, nor where five seeds are one run', async () => {
    expect(
      outcomeText(
        await decide(
          {},
          differing(() => 0),
        ),
      ),
    ).toMatch(/^undecided \(nothing varies/);
    expect(
      outcomeText(
        await decide(
          {},
          differing((_, patient) => patient / 100),
        ),
      ),
    ).toMatch(/^undecided \(the seeds change nothing/);
  });

  it('is not decided with a row that failed or has not run, on one patient, or on too few for calls', async () => {
    const failed = [madeResult('more', { failed: { 3: 'No memory.' } }), madeResult('less')];
    expect(await decide({ expect: 'holds' }, never, failed)).toMatchObject({
      outcome: 'undecided',
      why: 'row more, seed 3, failed: No memory.',
      met: null,
    });
    const alone = ['more', 'less'].map((name) => madeResult(name, { patients: 1 }));
    expect(await decide({ expect: 'holds' }, never, alone)).toMatchObject({
      outcome: 'undecided',
      why: expect.stringContaining('one patient'),
      met: false,
    });
    const few = ['more', 'less'].map((name) => madeResult(name, { patients: 19, figure: F1 }));
    expect((await decide({ figure: F1 }, never, few)).why).toContain('rests on too few in row more, seed 0');
  });

  it('is not decided where a figure hangs on one patient, or the rows are of other patients', async () => {
    const hanging: PairedRuns = async (pairs, figure) => {
      const found = await differing(around(0.1))(pairs, figure);
      return { ...found, pairs: found.pairs.map((one) => ({ ...one, pseudo: [null, ...one.pseudo.slice(1)] })) };
    };
    expect((await decide({}, hanging)).why).toContain('hangs on one patient');
    const apart: PairedRuns = () =>
      Promise.reject(new IchorError('not-paired', 'Other patients.', 'Compare the same.', 2));
    expect((await decide({}, apart)).why).toBe('Other patients. Compare the same.');
    const own: PairedRuns = async (pairs) => ({ patients: [], pairs: pairs.map(() => ({ value: 0.1, pseudo: [] })) });
    expect((await decide({}, own)).why).toContain('that is no crossed design');
  });
});

describe('a claim that two rows are equal', () => {
  it.each([
    [0.001, 0.02, 'holds'],
    [0.001, 0.004, 'undecided'],
    [0.05, 0.02, 'fails'],
    [-0.05, 0.02, 'fails'],
  ] as const)('a difference of %f, within %f: %s', async (mean, within, outcome) => {
    const found = await decide({ question: { kind: 'same', within } }, differing(around(mean)));
    expect(found.outcome).toBe(outcome);
    expect(found.gain?.level).toBe(0.9);
    if (outcome === 'undecided') expect(outcomeText(found)).toMatch(/a band from 0\.\d+ on would have been shown/);
  });
});

describe('a nested claim', () => {
  const nested = { seeds: [0, 1], dataSeeds: [401, 402, 403, 404, 405] };
  const rows = ['more', 'less'].map((name) => madeResult(name, { row: nested }));
  /** Replicates with patients of their own: two networks each. */
  const replicates =
    (means: readonly number[]): PairedRuns =>
    async (pairs) => ({
      patients: [],
      pairs: pairs.map((_, i) => ({ value: means[Math.floor(i / 2)]! + (i % 2 === 0 ? 0.01 : -0.01), pseudo: [] })),
    });

  it('is t over the replicates, each the mean of its networks', async () => {
    // The figures of test/statistics/effects.test.ts.
    const found = await decide({ design: 'nested' }, replicates([0.1, 0.3, 0.2, 0.4, 0.15]), rows);
    expect(found).toMatchObject({ outcome: 'holds', gain: { df: 4, low: expect.closeTo(0.080484, 5) } });
    expect(found.pairs[3]).toMatchObject({ seed: 1, data: 402 });
    expect(claimText(found).figures).toMatch(/over replicates .*data 401, seed 0: \+0\.1100/);
  });

  it('takes five replicates, however many networks', async () => {
    const few = ['more', 'less'].map((name) =>
      madeResult(name, { row: { seeds: [0, 1, 2, 3, 4, 5], dataSeeds: [401, 402, 403] } }),
    );
    const found = await decide({ design: 'nested' }, replicates([0.1, 0.3, 0.2, 0.1, 0.3, 0.2, 0.1, 0.2, 0.3]), few);
    expect(outcomeText(found)).toBe('undecided (3 of 5 data seeds)');
  });
});

describe('claims together', () => {
  /** Each claim has its own gain. */
  const gains = (values: readonly number[]): PairedRuns => {
    let at = 0;
    return (pairs, figure) => differing(around(values[at++] ?? 0))(pairs, figure);
  };

  it('the primary ones are corrected among each other, and exploratory ones are not', async () => {
    const claims = [0, 1, 2, 3].map((i) => madeClaim({ claim: `c${i}`, primary: i < 3 }));
    const found = await claimResults(madeTable(ROWS, claims), gains([0.008, 0.0081, 0.1, 0.008]));
    const p = found.map(({ gain }) => gain!.p);
    expect(p[0]).toBeLessThan(0.05);
    expect(p[0]).toBeGreaterThan(0.025);
    // Alone it would hold; as one of three the two weakest cost twice.
    expect(found.map(({ outcome }) => outcome)).toEqual(['undecided', 'undecided', 'holds', 'holds']);
    expect(found[1]!.gain!.adjusted).toBeCloseTo(2 * p[1]!, 12);
    expect(found[3]!.gain!.adjusted).toBeNull();
    expect(claimText(found[0]!).figures).toMatch(/p 0\.0\d+, corrected for the primary claims 0\.\d+/);
    expect(found[0]!.gain!.smallest).toBeGreaterThan(found[3]!.gain!.smallest);
  });

  it('one that could not be tested stays one of the family', async () => {
    const rows = [...ROWS, madeResult('failed', { failed: { 0: 'x' } })];
    const claims = [madeClaim({ primary: true }), madeClaim({ primary: true, than: 'failed' })];
    const [tested] = await claimResults(madeTable(rows, claims), gains([0.1]));
    expect(tested!.gain!.adjusted).toBeCloseTo(2 * tested!.gain!.p, 12);
  });

  it('an expectation is met or not; without one, and with rows that have not run, neither', async () => {
    const paired = differing(around(0.1));
    expect((await decide({ expect: 'holds' }, paired)).met).toBe(true);
    expect((await decide({ expect: 'fails' }, paired)).met).toBe(false);
    expect((await decide({}, paired)).met).toBeNull();
  });

  it('a predictor of the row’s own evaluation may stand on the other side', async () => {
    const partner = {
      ...madeResult('constant', { value: 0.3 }),
      row: { ...madeResult('constant').row, baseline: { of: 'more', predictor: 'constant' as const } },
    };
    const table = madeTable(ROWS, [madeClaim({ than: 'constant', partner: partner.row })]);
    const [found] = await claimResults({ ...table, partners: [partner] }, differing(around(0.1)));
    expect(found).toMatchObject({ outcome: 'holds' });
    expect(claimText(found!).figures).toContain('the constant predictor 0.3000');
  });
});

it('a claim says what its margin was fixed on, how often it was tried, and where its seeds disagree', async () => {
  const claim = { fixedOn: { 'data.seed': [200], seed: [1, 2] }, attempts: 3, budget: 'matched' as const };
  const found = await decide(claim, differing(around(0.001, { seeds: 0.01 })));
  expect(claimText(found).figures).toMatch(
    /the seeds differ in the direction; 40 patients; exploratory, attempt 3; margin fixed on data\.seed 200, seeds 1, 2, which decide nothing; budget, as the file says: matched; pictures: phantom, version 7$/,
  );
});
