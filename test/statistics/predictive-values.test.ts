import fc from 'fast-check';
import { expect, test } from 'vitest';
import { predictiveValues } from '../../src/statistics/predictive-values.ts';

test('the liver scan of Altman and Bland (BMJ 1994; 309: 102), as it was and where a quarter is abnormal', () => {
  const scan = { sensitivity: 231 / 258, specificity: 54 / 86 };
  const here = predictiveValues(scan, 258 / 344);
  expect(here.ppv).toBeCloseTo(231 / 263, 12);
  expect(here.npv).toBeCloseTo(54 / 81, 12);
  const quarter = predictiveValues(scan, 0.25);
  expect(quarter.ppv?.toFixed(2)).toBe('0.45');
  expect(quarter.npv?.toFixed(2)).toBe('0.95');
});

test('of a whole table the shares of the table, whatever its counts', () => {
  const count = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(count, count, count, count, (tp, fp, fn, tn) => {
      const { ppv, npv } = predictiveValues(
        { sensitivity: tp / (tp + fn), specificity: tn / (tn + fp) },
        (tp + fn) / (tp + fp + fn + tn),
      );
      expect(ppv).toBeCloseTo(tp / (tp + fp), 9);
      expect(npv).toBeCloseTo(tn / (tn + fn), 9);
    }),
  );
});

test('where nothing is called so there is no share of it, and at the ends the truth is known', () => {
  expect(predictiveValues({ sensitivity: 0, specificity: 1 }, 0.3)).toEqual({ ppv: null, npv: 0.7 });
  expect(predictiveValues({ sensitivity: 1, specificity: 0 }, 0.3)).toEqual({ ppv: 0.3, npv: null });
  expect(predictiveValues({ sensitivity: 0.9, specificity: 0.8 }, 0)).toEqual({ ppv: 0, npv: 1 });
  expect(predictiveValues({ sensitivity: 0.9, specificity: 0.8 }, 1)).toEqual({ ppv: 1, npv: 0 });
});

test.each([
  ['sensitivity', { sensitivity: 1.1, specificity: 0.5 }, 0.5],
  ['specificity', { sensitivity: 0.5, specificity: Number.NaN }, 0.5],
  ['prevalence', { sensitivity: 0.5, specificity: 0.5 }, -0.1],
])('refuses what is no share, and names it: %s', (name, accuracy, prevalence) => {
  expect(() => predictiveValues(accuracy, prevalence)).toThrow(new RegExp(`^The ${name} has to be from 0 to 1`));
});
