import { describe, expect, it } from 'vitest';
import type { MetricFigure } from '../../../src/registry/kinds/metric.ts';
import { figureStem } from '../../../src/runtime/evaluate/figure-stem.ts';
import { decimals, isShownAsNumber, shown, shownInterval, withheldFor } from '../../../src/runtime/evaluate/shown.ts';

const f1 = (positives: number, negatives: number): MetricFigure => ({
  name: 'patient-f1',
  value: 0.8,
  better: 'higher',
  unit: 'patient',
  counts: { positives, negatives, tp: 4, fp: 1, fn: 1, tn: 3 },
});

describe('figures on pages and in tables', () => {
  it.each([
    [20, 5, 5, '0.8000'],
    [19, 5, 5, 'TP 4 · FP 1 · FN 1 · TN 3'],
    [20, 4, 16, 'TP 4 · FP 1 · FN 1 · TN 3'],
    [20, 16, 4, 'TP 4 · FP 1 · FN 1 · TN 3'],
  ])('%i patients, %i positives, %i negatives: %s', (patients, positives, negatives, text) => {
    expect(shown(f1(positives, negatives), patients)).toBe(text);
  });

  it.each([
    [20, 5, 5, null],
    [19, 5, 5, '19 patients'],
    [1, 0, 5, '1 patient'],
    [20, 4, 16, '4 positives'],
    [20, 16, 1, '1 negative'],
  ])('%i patients, %i positives, %i negatives: withheld for %s', (patients, positives, negatives, why) => {
    expect(withheldFor(f1(positives, negatives), patients)).toBe(why);
    expect(withheldFor({ ...f1(positives, negatives), value: null }, patients)).toBeNull();
  });

  it('shows a log loss of any set', () => {
    const loss: MetricFigure = {
      ...f1(1, 1),
      better: 'lower',
      unit: 'slice',
      counts: { slices: 2, positives: 1, negatives: 1 },
    };
    expect(shown(loss, 1)).toBe('0.8000');
  });

  it('shows the counts of what is not defined, however large the set', () => {
    const auc: MetricFigure = {
      ...f1(0, 900),
      value: null,
      unit: 'slice',
      counts: { slices: 900, positives: 0, negatives: 900 },
    };
    expect(isShownAsNumber(auc, 1000)).toBe(false);
    expect(shown(auc, 1000)).toBe('0 positive, 900 negative');
  });

  it('says of a chosen threshold that it is optimistic, and of an interval only what a number stands beside', () => {
    const best: MetricFigure = { ...f1(5, 15), optimistic: true };
    const interval = { low: 0.7, high: 0.91, draws: 1000, skipped: 3 };
    expect(shown(best, 20)).toBe('0.8000 (optimistic)');
    expect(shownInterval(best, interval, 20)).toBe('0.7000 to 0.9100');
    expect(shownInterval(best, interval, 19)).toBe('');
    expect(shownInterval(f1(4, 16), interval, 20)).toBe('');
    expect(shownInterval(best, undefined, 20)).toBe('');
    expect(shownInterval(best, { ...interval, low: null, high: null }, 20)).toBe('');
  });

  it('shows a mean over few patients as counts', () => {
    const brier: MetricFigure = { ...f1(9, 9), better: 'lower', counts: { patients: 18, positives: 9, negatives: 9 } };
    expect(shown(brier, 18)).toBe('9 positive, 9 negative');
  });

  it('hides no small number behind zeros', () => {
    expect(decimals(0.00001)).toBe('1.0e-5');
    expect(decimals(0)).toBe('0.0000');
    expect(decimals(0.23196)).toBe('0.2320');
  });
});

describe('the stem of a figure of one label', () => {
  it.each([
    ['auc (any)', 'any', 'auc'],
    ['auc (any, patient, highest slice, truth: any-slice)', 'any', 'auc (patient, highest slice, truth: any-slice)'],
    ['f1 at 0.5 (subdural)', 'subdural', 'f1 at 0.5'],
    ['patient-f1 (truth: any-slice)', undefined, 'patient-f1 (truth: any-slice)'],
  ] as const)('%s', (name, label, stem) => {
    expect(figureStem(label === undefined ? { name } : { name, label })).toBe(stem);
  });
});
