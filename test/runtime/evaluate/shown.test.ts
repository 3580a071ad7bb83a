import { describe, expect, it } from 'vitest';
import type { MetricFigure } from '../../../src/registry/kinds.ts';
import { decimals, isShownAsNumber, shown } from '../../../src/runtime/evaluate/shown.ts';

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

  it('hides no small number behind zeros', () => {
    expect(decimals(0.00001)).toBe('1.0e-5');
    expect(decimals(0)).toBe('0.0000');
    expect(decimals(0.23196)).toBe('0.2320');
  });
});
