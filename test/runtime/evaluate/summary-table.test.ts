import { expect, it } from 'vitest';
import type { MetricFigure } from '../../../src/registry/kinds.ts';
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
