import { expect, it } from 'vitest';
import type { MetricFigure } from '../../../src/registry/kinds/metric.ts';
import type { Interval, Metrics } from '../../../src/runtime/artifacts/metrics.ts';
import { summaryTable } from '../../../src/runtime/evaluate/summary-table.ts';

const figure: MetricFigure = {
  name: 'f1 at its best threshold (any)',
  value: 0.8,
  better: 'higher',
  unit: 'slice',
  label: 'any',
  optimistic: true,
  counts: { slices: 600, positives: 90, negatives: 510 },
};

function tableOf(patients: number, figures: readonly MetricFigure[], interval?: Interval) {
  const side = {
    side: 'validation',
    labelled: { slices: 600, series: patients, patients },
    interpolated: 0,
    figures,
    ...(interval ? { intervals: Object.fromEntries(figures.map(({ name }) => [name, interval])) } : {}),
    baselines: { constant: null, allPositive: [] },
  };
  const metrics = { models: [{ model: 'backbone', component: 'small-cnn', sides: [side] }] } as unknown as Metrics;
  return summaryTable(metrics, { comparable: false, reasons: ['a test'], paper: null })!;
}

it('says by patient of intervals and optimistic of a chosen threshold, beside the value and below the table', () => {
  const { rows, notes } = tableOf(25, [figure], { low: 0.71, high: 0.88, draws: 1000, skipped: 0 });
  expect(rows[0]?.cells[0]).toBe('0.8000 (optimistic) [0.7100 to 0.8800]');
  expect(notes).toContainEqual(expect.stringMatching(/95 % interval by patient, from 1,000 draws/));
  expect(notes).toContainEqual(expect.stringMatching(/^Optimistic: the threshold was chosen/));
});

it('shows neither where too few patients make counts of the figure', () => {
  const { rows, notes } = tableOf(19, [figure], { low: 0.71, high: 0.88, draws: 1000, skipped: 0 });
  expect(rows[0]?.cells[0]).toBe('90 positive, 510 negative');
  expect(notes.join(' ')).not.toMatch(/interval|Optimistic/);
});

it('shows no interval of a loss over too few patients, whose value stands', () => {
  const loss: MetricFigure = { ...figure, name: 'mean-log-loss', better: 'lower' };
  const { label: _label, optimistic: _optimistic, ...plain } = loss;
  const interval = { low: 0.71, high: 0.88, draws: 1000, skipped: 0 };
  expect(tableOf(19, [plain], interval).rows[0]?.cells[0]).toBe('0.8000');
  expect(tableOf(20, [plain], interval).rows[0]?.cells[0]).toBe('0.8000 [0.7100 to 0.8800]');
});

const loss = (value: number): MetricFigure => ({
  name: 'mean-log-loss',
  value,
  better: 'lower',
  unit: 'slice',
  counts: { slices: 10 },
});

/** A base network and a sequence model, each on a side of its own, beside the constant predictor. */
function twoModels(base: number, sequence: number, constant: number, ownSplit = false) {
  const model = (model: string, component: string, value: number, slices: number) => ({
    model,
    component,
    sides: [
      {
        side: 'validation',
        labelled: { slices, series: 2, patients: 1 },
        interpolated: 0,
        figures: [loss(value)],
        baselines: { constant: [loss(constant)], allPositive: [] },
      },
    ],
  });
  const metrics = { models: [model('backbone', 'cnn', base, 30), model('sequence', 'lstm', sequence, 20)] };
  const comparable = { comparable: false, reasons: ['a test'], paper: null };
  return summaryTable(metrics as unknown as Metrics, comparable, { ownSplit })!;
}

it('says plainly of a model that it is worse than the constant predictor, or than its own base network', () => {
  expect(twoModels(0.2, 0.1, 0.3).worse).toEqual([]);
  expect(twoModels(0.2, 0.25, 0.3).worse).toEqual([
    'Worse than its own base network: the sequence model (lstm) has a mean-log-loss of 0.2500 on validation, its own base network 0.2000.',
  ]);
  expect(twoModels(0.4, 0.35, 0.3).worse).toEqual([
    'Worse than the constant predictor: the base network (cnn) has a mean-log-loss of 0.4000 on validation, the constant predictor 0.3000.',
    'Worse than the constant predictor: the sequence model (lstm) has a mean-log-loss of 0.3500 on validation, the constant predictor 0.3000.',
  ]);
});

it('of a sequence split of its own says whose slices are counted, and compares the models with nothing of each other', () => {
  const { title, notes, worse } = twoModels(0.2, 0.25, 0.3, true);
  expect(title).toBe(
    'validation: base (cnn) on 30 slices, 2 series, 1 patient; sequence (lstm) on 20 slices, 2 series, 1 patient',
  );
  expect(notes.at(-1)).toMatch(/^The sequence model has a split of its own/);
  expect(worse).toEqual([]);
  expect(twoModels(0.2, 0.25, 0.3).title).toBe('validation: 20 slices, 2 series, 1 patient');
});
