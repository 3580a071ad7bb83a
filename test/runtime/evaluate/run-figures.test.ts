import { expect, it } from 'vitest';
import type { MetricFigure } from '../../../src/registry/kinds/metric.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import type { Metrics } from '../../../src/runtime/artifacts/metrics.ts';
import { compareFigures, type MeasuredRun } from '../../../src/runtime/evaluate/run-figures.ts';

const loss = (value: number): MetricFigure => ({
  name: 'mean-log-loss',
  value,
  better: 'lower',
  unit: 'slice',
  counts: { slices: 600 },
});
const auc = (value: number): MetricFigure => ({
  name: 'auc (any)',
  value,
  better: 'higher',
  unit: 'slice',
  label: 'any',
  counts: { slices: 600, positives: 90, negatives: 510 },
});

function run(name: string, patients: number, figures: readonly MetricFigure[], more: object = {}): MeasuredRun {
  const side = {
    side: 'validation',
    labelled: { slices: 600, series: patients, patients },
    interpolated: 0,
    figures,
    baselines: { constant: null, allPositive: [] },
  };
  const metrics = { models: [{ model: 'backbone', component: 'small-cnn', sides: [side] }], synthetic: false, ...more };
  const recipe = { sequence: 'none' } as unknown as ResolvedRecipe;
  return { name, recipe, metrics: metrics as unknown as Metrics, index: 'i', split: 's' };
}

it('puts the figures of two runs side by side, each with its marks', () => {
  const { columns, rows, a, b, apart } = compareFigures(
    run('one-1', 25, [loss(0.2), auc(0.9)]),
    run('two-1', 25, [loss(0.1)], { synthetic: true }),
  );
  expect(columns).toEqual(['figure', 'a: base (small-cnn)', 'b: base (small-cnn)']);
  expect(rows).toEqual([
    ['mean-log-loss', '0.2000', '0.1000'],
    ['auc (any)', '0.9000', ''],
  ]);
  expect(a).toMatchObject({ run: 'one-1', title: 'validation: 600 slices, 25 series, 25 patients', marks: [] });
  expect(b).toMatchObject({ run: 'two-1', marks: ['SYNTHETIC'], title: expect.stringMatching(/^SYNTHETIC · /) });
  expect(apart).toEqual([]);
});

it('shows the figures of evaluations, and says where they are judged by other labels', () => {
  const judged = (name: string, value: number, labels: string): MeasuredRun => {
    const own = run(name, 25, [loss(value)]);
    const models = own.metrics.models.map((model) => ({
      ...model,
      sides: model.sides.map((side) => ({ ...side, side: 'test' as const })),
    }));
    return { ...own, metrics: { ...own.metrics, models }, split: null, labels };
  };
  const same = compareFigures(judged('one', 0.2, 'l'), judged('two', 0.1, 'l'));
  expect(same.rows).toEqual([['mean-log-loss', '0.2000', '0.1000']]);
  expect(same.a.figures).toMatchObject([{ name: 'mean-log-loss', value: 0.2 }]);
  expect(same.apart).toEqual([]);
  expect(compareFigures(judged('one', 0.2, 'l'), judged('two', 0.1, 'm')).apart[0]).toMatch(/judged by other labels/);
});

it('withholds what too few patients stand behind, for programs too', () => {
  const { rows, a } = compareFigures(run('one-1', 19, [loss(0.2), auc(0.9)]), run('two-1', 25, [auc(0.8)]));
  expect(rows[1]).toEqual(['auc (any)', '90 positive, 510 negative', '0.8000']);
  expect(a.figures).toEqual([
    { model: 'backbone', component: 'small-cnn', name: 'mean-log-loss', value: 0.2, shown: '0.2000' },
    { model: 'backbone', component: 'small-cnn', name: 'auc (any)', value: null, shown: '90 positive, 510 negative' },
  ]);
});

it('says that other data, or other patients on the validation side, are not to be compared', () => {
  const [one, two] = [run('one-1', 25, [loss(0.2)]), run('two-1', 25, [loss(0.2)])];
  expect(compareFigures(one, { ...two, index: 'other' }).apart[0]).toMatch(/not over the same data/);
  expect(compareFigures(one, { ...two, split: 'other' }).apart[0]).toMatch(/validate on other patients/);
  expect(compareFigures({ ...one, index: null }, { ...two, index: null }).apart).toHaveLength(1);
});
