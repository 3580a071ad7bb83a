import { describe, expect, it } from 'vitest';
import type { MetricFigure } from '../../../src/index.ts';
import reference from '../../fixtures/metrics.json' with { type: 'json' };
import { anyOnly } from '../../runtime/evaluate/scored-fixture.ts';
import { metrics, metricValue } from './metric-cases.ts';

/** The figure of label any, over series of the given scores and truths. */
function figureOf(type: string, params: object, series: Parameters<typeof anyOnly>[0]): MetricFigure {
  const figures = metrics.find(({ name }) => name === type)!.evaluate(anyOnly(series), metricValue(type, params));
  return figures.find(({ label }) => label === 'any')!;
}

describe('calibration error', () => {
  const { p, y, ece10, ece5 } = reference.ece;

  it('has the reference’s values: bins closed at the left, the last one at both ends', () => {
    expect(figureOf('calibration-error', {}, [{ p, y }]).value).toBeCloseTo(ece10, 12);
    const five = figureOf('calibration-error', { bins: 5 }, [{ p, y }]);
    expect(five.value).toBeCloseTo(ece5, 12);
    expect(five.name).toBe('calibration-error (any, 5 bins)');
  });

  it('puts a probability on an edge into the bin above it, whatever its product rounds to', () => {
    // 0.29 * 100 is 28.999999999999996 in double precision; bin 29 holds 0.29 and 0.2901, truths 0 and 1.
    const found = figureOf('calibration-error', { bins: 100 }, [{ p: [0.29, 0.2901], y: [0, 1] }]).value;
    expect(found).toBeCloseTo((1 - 0.29 - 0.2901) / 2, 12);
  });
});

it('average precision lets equal scores enter together', () => {
  const { y, score, average_precision: value, all_tied: tied } = reference.auc_ties;
  expect(figureOf('average-precision', {}, [{ p: score, y }]).value).toBeCloseTo(value, 12);
  expect(figureOf('average-precision', {}, [{ p: tied.score, y: tied.y }]).value).toBeCloseTo(
    tied.average_precision,
    12,
  );
});

describe('thresholds chosen on the slices themselves', () => {
  it('sensitivity at a specificity stands on a corner of the curve, negatives with an equal score called too', () => {
    const series = [{ p: [0.9, 0.8, 0.8, 0.7, 0.2, 0.1], y: [1, 1, 0, 1, 0, 0] }];
    const at = (specificity: number) => figureOf('sensitivity-at-specificity', { specificity }, series).value;
    expect(at(1)).toBeCloseTo(1 / 3, 12);
    // At 0.8 a positive and one of three negatives come in together: two thirds of the negatives are spared.
    expect(at(0.67)).toBeCloseTo(1 / 3, 12);
    expect(at(0.6)).toBe(1);
    expect(figureOf('sensitivity-at-specificity', { specificity: 1 }, [{ p: [0.5, 0.5], y: [0, 1] }]).value).toBe(0);
  });

  it('are marked optimistic, and no others are', () => {
    const series = [{ p: [0.9, 0.2], y: [1, 0] }];
    expect(figureOf('sensitivity-at-specificity', {}, series).optimistic).toBe(true);
    expect(figureOf('f1', { threshold: 'best' }, series).optimistic).toBe(true);
    for (const type of ['f1', 'auc', 'brier']) expect(figureOf(type, {}, series)).not.toHaveProperty('optimistic');
  });
});

describe('series and patients', () => {
  const input = [
    { p: [0.9, 0.2, 0.8, 0.7], y: [1, 0, 1, 1], patient: 'a' },
    { p: [0.4, 0.6], y: [0, 0], patient: 'a' },
    { p: [0.3, 0.5, 0.4], y: [0, 1, 0], patient: 'b' },
  ];

  it('are true by what is asked for, and a patient by any of its series', () => {
    const patients = metrics
      .find(({ name }) => name === 'auc')!
      .evaluate(anyOnly(input), metricValue('auc', { level: 'patient' }));
    const any = patients.filter(({ label }) => label === 'any');
    expect(any.map(({ name, counts }) => [name, counts])).toEqual([
      ['auc (any, patient, truth: same-rule)', { patients: 2, positives: 0, negatives: 2 }],
      ['auc (any, patient, truth: any-slice)', { patients: 2, positives: 2, negatives: 0 }],
    ]);
  });

  it('have the highest threshold at which the rule still calls as their score', () => {
    // Longest run of three of the first series: 0.2; its highest slice: 0.9. Truth of it and of none other: any slice of a, b.
    const brier = (params: object) => {
      const figures = metrics
        .find(({ name }) => name === 'brier')!
        .evaluate(anyOnly(input), metricValue('brier', { level: 'series', ...params }));
      return figures.find(({ label, truth }) => label === 'any' && truth === 'any-slice')!.value;
    };
    expect(brier({})).toBeCloseTo(((0.2 - 1) ** 2 + 0 ** 2 + (0.3 - 1) ** 2) / 3, 12);
    expect(brier({ score: 'highest' })).toBeCloseTo(((0.9 - 1) ** 2 + 0.6 ** 2 + (0.5 - 1) ** 2) / 3, 12);
  });
});

it('the mean F1 of batches leaves out those with nothing positive, and says how many', () => {
  const bleeds = { p: [0.9, 0.9, 0.9], y: [1, 1, 1] };
  const clear = { p: [0.1, 0.1, 0.1], y: [0, 0, 0] };
  const wrong = { p: [0.9, 0.9, 0.9], y: [0, 0, 0] };
  const metric = metrics.find(({ name }) => name === 'batch-mean-f1')!;
  const input = anyOnly([bleeds, wrong, clear, clear, bleeds]);
  const [figure] = metric.evaluate(input, metricValue('batch-mean-f1', { batch: 2 }));
  // Batches: 2/3, none, 1. Pooled it is 4/5.
  expect(figure?.value).toBeCloseTo((2 / 3 + 1) / 2, 12);
  expect(figure?.counts).toMatchObject({ batches: 3, empty: 1, tp: 2, fp: 1, fn: 0, tn: 2 });
});
