import { LABELS, type SliceLabels } from '../../../src/labels.ts';
import type { MetricInput, ScoredSeries } from '../../../src/registry/kinds/metric.ts';

export const rule: MetricInput['patient'] = {
  rule: 'consecutive',
  slices: 3,
  threshold: 0.5,
  truth: ['same-rule', 'any-slice'],
};

/** Labels of a slice from six numbers in the order of LABELS. */
export function labelled(values: readonly number[]): SliceLabels {
  return Object.fromEntries(LABELS.map((label, i) => [label, values[i] as 0 | 1])) as SliceLabels;
}

/** A metric's input from series of label any only: the types are 0. `y` null: a slice without a label. */
export function anyOnly(
  series: readonly { p: readonly number[]; y: readonly (number | null)[]; patient?: string }[],
): MetricInput {
  const scored = series.map(({ p, y, patient }, i): ScoredSeries => {
    const id = { series: `s${i}`, patient: patient ?? `p${i}` };
    return {
      ...id,
      slices: p.flatMap((any, k) =>
        y[k] === null || y[k] === undefined
          ? []
          : [
              {
                ...id,
                slice: `s${i}-${k}`,
                probabilities: [0, 0, 0, 0, 0, any],
                labels: labelled([0, 0, 0, 0, 0, y[k]]),
              },
            ],
      ),
      positions: p.map((any, k) => {
        const truth = (y[k] ?? null) as 0 | 1 | null;
        const labels = truth === null ? null : labelled([0, 0, 0, 0, 0, truth]);
        return { any, truth, probabilities: [0, 0, 0, 0, 0, any], labels };
      }),
    };
  });
  return { slices: scored.flatMap((one) => one.slices), series: scored, patient: rule };
}
