import { describe, expect, it } from 'vitest';
import patientF1 from '../../../plugins/metrics/patient-f1.ts';
import seriesF1 from '../../../plugins/metrics/series-f1.ts';
import { longestRun, patientRule } from '../../../src/index.ts';
import reference from '../../fixtures/metrics.json' with { type: 'json' };
import { anyOnly } from '../../runtime/evaluate/scored-fixture.ts';

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
      const figure = metric.evaluate(anyOnly(patients), {}).find((one) => one.truth === truth);
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
    expect(patientF1.evaluate(input, {})[0]).toMatchObject({ value: 1, counts: { tp: 1, fp: 0, fn: 0, tn: 0 } });
    expect(seriesF1.evaluate(input, {})[0]).toMatchObject({ value: 0, counts: { tp: 0, fp: 1, fn: 1, tn: 0 } });
  });

  it('is null at 0/0, with the counts', () => {
    const [figure] = patientF1.evaluate(anyOnly([{ p: [0.1, 0.2, 0.1], y: [0, 0, 0] }]), {});
    expect(figure).toMatchObject({ value: null, counts: { tp: 0, fp: 0, fn: 0, tn: 1 } });
  });

  it('says which series are too short for the rule, and truly positive only by any slice', () => {
    const figures = seriesF1.evaluate(anyOnly([{ p: [0.9, 0.9], y: [1, 1] }]), {});
    expect(figures.map((one) => [one.truth, one.counts.short, one.counts.tn, one.counts.fn])).toEqual([
      ['same-rule', 1, 1, 0],
      ['any-slice', 1, 0, 1],
    ]);
  });

  it('counts neighbours among all slices: one without a label is scored, and breaks the run of the truth', () => {
    const input = anyOnly([{ p: [0.9, 0.9, 0.9], y: [1, null, 1] }]);
    const figures = seriesF1.evaluate(input, {});
    expect(figures.map((one) => [one.truth, one.counts.tp, one.counts.fp, one.counts.partlyLabelled])).toEqual([
      ['same-rule', 0, 1, 1],
      ['any-slice', 1, 0, 1],
    ]);
  });
});
