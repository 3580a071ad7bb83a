import { expect, test } from 'vitest';
import metric from '../../../plugins/metrics/predictive-values.ts';
import { anyOnly } from '../../runtime/evaluate/scored-fixture.ts';

/** Of any: 3 positive slices, two of them called; 5 negative ones, one of them called. */
const input = anyOnly([
  { p: [0.9, 0.7, 0.2], y: [1, 0, 0], patient: 'a' },
  { p: [0.6, 0.4, 0.5, 0.1, 0.3], y: [1, 1, 0, 0, 0], patient: 'b' },
]);
const plain = { label: 'any', level: 'slice', score: 'rule', threshold: 0.5, prevalence: null } as const;
const ofAny = (params: object = {}) =>
  Object.fromEntries(metric.evaluate(input, { ...plain, ...params }).map((figure) => [figure.name, figure]));

test('without a prevalence of its own the shares of the table of counts', () => {
  const found = ofAny();
  expect(Object.keys(found)).toEqual([
    'sensitivity at 0.5 (any)',
    'specificity at 0.5 (any)',
    'ppv at 0.5 (any)',
    'npv at 0.5 (any)',
  ]);
  const values = Object.values(found).map(({ value }) => value as number);
  for (const [at, share] of [2 / 3, 4 / 5, 2 / 3, 4 / 5].entries()) expect(values[at]).toBeCloseTo(share, 12);
  expect(found['ppv at 0.5 (any)']?.counts).toMatchObject({ tp: 2, fp: 1, fn: 1, tn: 4, positives: 3, negatives: 5 });
});

test('a score at the threshold is no call, as by the patient rule', () => {
  expect(ofAny({ threshold: 0.6 })['sensitivity at 0.6 (any)']?.counts).toMatchObject({ tp: 1, fp: 1 });
});

test('at another prevalence Bayes’ rule, and the name says so; sensitivity and specificity stay', () => {
  const found = ofAny({ prevalence: 0.061 });
  const [se, sp, p] = [2 / 3, 4 / 5, 0.061];
  expect(found['ppv at 0.5 (any, prevalence 0.061)']?.value).toBeCloseTo((se * p) / (se * p + (1 - sp) * (1 - p)), 12);
  expect(found['npv at 0.5 (any, prevalence 0.061)']?.value).toBeCloseTo(
    (sp * (1 - p)) / (sp * (1 - p) + (1 - se) * p),
    12,
  );
  expect(found['sensitivity at 0.5 (any)']?.value).toBe(ofAny()['sensitivity at 0.5 (any)']?.value);
});

test('a label without a positive has no sensitivity, and so no predictive value', () => {
  const subdural = metric.evaluate(input, { ...plain, label: 'subdural' });
  expect(subdural.map(({ value }) => value)).toEqual([null, 1, null, null]);
});

test('patients are called by the rule', () => {
  const figures = metric.evaluate(input, { ...plain, level: 'patient' });
  // One positive neighbour is a run of one: the rule of the fixture decides.
  const any = figures.find(({ name }) => name.startsWith('sensitivity at 0.5 (any, patient'));
  expect(any?.unit).toBe('patient');
  expect(any?.counts.patients).toBe(2);
});
