import { describe, expect, it } from 'vitest';
import auc from '../../../plugins/metrics/auc.ts';
import batchMeanF1 from '../../../plugins/metrics/batch-mean-f1.ts';
import patientF1 from '../../../plugins/metrics/patient-f1.ts';
import seriesF1 from '../../../plugins/metrics/series-f1.ts';
import { longestRun, patientRule } from '../../../src/index.ts';
import type { MetricInput } from '../../../src/registry/kinds/metric.ts';
import reference from '../../fixtures/metrics.json' with { type: 'json' };
import { anyOnly, rule } from '../../runtime/evaluate/scored-fixture.ts';

const PATIENTS = { level: 'patient', score: 'rule' } as const;
const PLAIN = { rule: 'of-recipe', slices: 'whole-series' } as const;

describe('the rule of consecutive slices', () => {
  for (const [name, one] of Object.entries(reference.patient_rule.cases)) {
    it(name, () => {
      const calls = one.calls.map((call) => call === 1);
      expect(longestRun(calls).length).toBe(one.longest_run);
      for (const rule of ['consecutive', 'count'] as const)
        expect(patientRule(one.calls, { rule, slices: 3, threshold: 0.5 }).call).toBe(one[rule] === 1);
    });
  }

  it('takes only what is strictly above the threshold', () => {
    const { p, 'strict_greater_0.5': strict } = reference.patient_rule.threshold;
    expect(
      p.map((score) => Number(patientRule([score], { rule: 'consecutive', slices: 1, threshold: 0.5 }).call)),
    ).toEqual(strict);
  });

  it('names the places of the first longest run', () => {
    expect(longestRun([true, false, true, true, false, true, true])).toEqual({ length: 2, first: 2, last: 3 });
    expect(longestRun([false])).toEqual({ length: 0, first: -1, last: -1 });
  });
});

describe('f1', () => {
  const { patients, results } = reference.patient_f1;

  it.each([
    ['same-rule', results['truth_consecutive/pred_consecutive']],
    ['any-slice', results['truth_any_slice/pred_consecutive']],
  ])('pools patients and series with the truth %s', (truth, expected) => {
    for (const metric of [patientF1, seriesF1]) {
      const figure = metric.evaluate(anyOnly(patients), PLAIN).find((one) => one.truth === truth);
      expect(figure?.value).toBeCloseTo(expected.f1, 12);
      const { tp, fp, fn, tn } = expected;
      expect(figure?.counts).toMatchObject({ tp, fp, fn, tn, positives: tp + fn, negatives: fp + tn });
    }
  });

  it('calls a patient positive when any of its series is', () => {
    const input = anyOnly([
      { p: [0.9, 0.9, 0.9], y: [0, 0, 0], patient: 'a' },
      { p: [0.1, 0.1, 0.1], y: [1, 1, 1], patient: 'a' },
    ]);
    expect(patientF1.evaluate(input, PLAIN)[0]).toMatchObject({ value: 1, counts: { tp: 1, fp: 0, fn: 0, tn: 0 } });
    expect(seriesF1.evaluate(input, PLAIN)[0]).toMatchObject({ value: 0, counts: { tp: 0, fp: 1, fn: 1, tn: 0 } });
  });

  it('is null at 0/0, with the counts', () => {
    const [figure] = patientF1.evaluate(anyOnly([{ p: [0.1, 0.2, 0.1], y: [0, 0, 0] }]), PLAIN);
    expect(figure).toMatchObject({ value: null, counts: { tp: 0, fp: 0, fn: 0, tn: 1 } });
  });

  it('says which series are too short for the rule, and truly positive only by any slice', () => {
    const figures = seriesF1.evaluate(anyOnly([{ p: [0.9, 0.9], y: [1, 1] }]), PLAIN);
    expect(figures.map((one) => [one.truth, one.counts.short, one.counts.tn, one.counts.fn])).toEqual([
      ['same-rule', 1, 1, 0],
      ['any-slice', 1, 0, 1],
    ]);
  });

  it('leaves out whose truth slices without a label leave open, and keeps whom what is labelled decides', () => {
    const p = [0.9, 0.9, 0.9, 0.9];
    const counted = (y: readonly (0 | 1 | null)[]) =>
      seriesF1.evaluate(anyOnly([{ p, y }]), PLAIN).map(({ counts: { tp, fp, truthUnknown = 0, partlyLabelled } }) => ({
        tp,
        fp,
        truthUnknown,
        partlyLabelled,
      }));
    const positive = { tp: 1, fp: 0, truthUnknown: 0, partlyLabelled: 1 };
    const negative = { tp: 0, fp: 1, truthUnknown: 0, partlyLabelled: 1 };
    const open = { tp: 0, fp: 0, truthUnknown: 1, partlyLabelled: 1 };
    // By the same rule, then by any slice.
    expect(counted([1, null, 1, 0])).toEqual([open, positive]);
    expect(counted([1, 1, 1, null])).toEqual([positive, positive]);
    expect(counted([0, null, 0, 0])).toEqual([negative, open]);
    expect(counted([0, null, null, null])).toEqual([open, open]);
  });

  it('knows no patient negative of whom a series has no label at all', () => {
    const input = anyOnly([
      { p: [0.1, 0.1, 0.1], y: [0, 0, 0], patient: 'a' },
      { p: [0.9, 0.9, 0.9], y: [1, 1, 1], patient: 'b' },
      { p: [0.1, 0.1, 0.1], y: [0, 0, 0], patient: 'c' },
      { p: [0.9, 0.9, 0.9], y: [null, null, null], patient: 'a' },
      { p: [0.1, 0.1, 0.1], y: [null, null, null], patient: 'b' },
    ]);
    const [labelled, without] = [input.series.slice(0, 3), input.series.slice(3)];
    const partly = { ...input, series: labelled, unlabelledSeries: without };
    for (const figure of patientF1.evaluate(partly, PLAIN))
      expect(figure.counts).toMatchObject({ tp: 1, fp: 0, fn: 0, tn: 1, truthUnknown: 1 });
    for (const figure of seriesF1.evaluate(partly, PLAIN)) {
      expect(figure.counts).toMatchObject({ tp: 1, tn: 2 });
      expect(figure.counts).not.toHaveProperty('truthUnknown');
    }
    const [, , , , , any] = auc.evaluate({ ...partly, patient: { ...rule, truth: ['any-slice'] } }, PATIENTS);
    expect(any).toMatchObject({ counts: { patients: 2, positives: 1, negatives: 1, truthUnknown: 1 }, value: 1 });
    // Drawn: whose truth nobody knows counts nothing, however often.
    const [at] = patientF1.resample!(partly, PLAIN);
    expect(at!(Int32Array.from([5, 2, 0]))).toBe(1);
  });
});

describe('by a rule of its own', () => {
  // Two of three, one apart from the others: three anywhere, no three in a row.
  const input = anyOnly([
    { p: [0.9, 0.9, 0.1, 0.9], y: [1, 1, 0, 1] },
    { p: [0.9, 0.9, 0.9, 0.1], y: [0, 0, 0, 0] },
  ]);

  it.each([
    ['consecutive', { tp: 0, fp: 1, fn: 0, tn: 1 }],
    ['count', { tp: 1, fp: 1, fn: 0, tn: 0 }],
  ] as const)('%s, whatever the recipe says', (rule, counts) => {
    for (const of of ['consecutive', 'count'] as const) {
      const recipes = { ...input, patient: { ...input.patient, rule: of } };
      const own = { ...PLAIN, rule };
      for (const metric of [patientF1, seriesF1])
        expect(metric.evaluate(recipes, own)[0]).toMatchObject({
          name: `${metric.name} (rule: ${rule}, truth: same-rule)`,
          counts,
        });
      expect(batchMeanF1.evaluate(recipes, { ...own, batch: 32 })[0]).toMatchObject({
        name: `batch-mean-f1 (rule: ${rule}, truth: same-rule)`,
        counts,
      });
      expect(patientF1.evaluate(recipes, PLAIN)).toEqual(
        patientF1
          .evaluate(recipes, { ...PLAIN, rule: of })
          .map((figure) => ({ ...figure, name: `patient-f1 (truth: ${figure.truth})` })),
      );
    }
  });
});

describe('judged slices only', () => {
  /** As under a split of slices: those at these places are judged, the others were trained on. */
  const judged = (input: MetricInput, places: readonly number[]): MetricInput => ({
    ...input,
    series: input.series.map((one) => ({
      ...one,
      positions: one.positions.map((position, k) => ({ ...position, judged: places.includes(k) })),
    })),
  });
  const input = anyOnly([{ p: [0.9, 0.9, 0.9, 0.9, 0.9], y: [1, 1, 1, 1, 1] }]);
  const figure = (places: readonly number[], rule: 'count' | 'consecutive', slices: 'judged' | 'whole-series') =>
    patientF1.evaluate(judged(input, places), { rule, slices })[0]!;

  it('neither a call nor a truth comes of slices that were trained on', () => {
    expect(figure([0, 2], 'count', 'whole-series').counts).toMatchObject({ tp: 1, short: 0 });
    expect(figure([0, 2], 'count', 'judged').counts).toMatchObject({ tp: 0, tn: 1, short: 1, partlyLabelled: 0 });
    expect(figure([0, 2, 4], 'count', 'judged').counts).toMatchObject({ tp: 1, short: 0 });
    expect(figure([1, 2, 3], 'consecutive', 'judged').counts).toMatchObject({ tp: 1 });
  });

  it('slices in between stay in between: judged ones apart are no neighbours', () => {
    expect(figure([0, 2, 4], 'consecutive', 'judged').counts).toMatchObject({ tp: 0, tn: 1, short: 1 });
  });

  it('any-slice too', () => {
    const bled = anyOnly([{ p: [0.9, 0.1, 0.1], y: [1, 0, 0] }]);
    const [, any] = seriesF1.evaluate(judged(bled, [1, 2]), { rule: 'of-recipe', slices: 'judged' });
    expect(any).toMatchObject({
      name: 'series-f1 (judged slices, truth: any-slice)',
      counts: { positives: 0, negatives: 1 },
    });
  });

  it('without a word on what is judged all of it is', () => {
    expect(patientF1.evaluate(input, { ...PLAIN, slices: 'judged' })[0]!.counts).toEqual(
      patientF1.evaluate(input, PLAIN)[0]!.counts,
    );
  });
});
