import { defineMetric, LABELS, Type } from '../../src/index.ts';
import { groupsOf } from './groups.ts';
import { cellLoss } from './log-loss.ts';
import { meanCost } from './means.ts';
import { resampled } from './resampled.ts';

/** Any has weight 2, the five types 1 (facts 2.1). */
const WEIGHTS = LABELS.map((label) => (label === 'any' ? 2 : 1));
const TOTAL = WEIGHTS.reduce((sum: number, weight) => sum + weight, 0);

export default defineMetric({
  name: 'kaggle-log-loss',
  version: 1,
  summary:
    "Log loss in nats as Kaggle's competition scored it: any counts 2 of 7, each of the five types 1 of 7; clipped to 1e-15 from 0 and 1.",
  params: Type.Object({}),
  contract: () => ({ needs: ['slices'] }),
  ...resampled((input) => {
    const losses = groupsOf(input, { level: 'slice', score: 'rule' }).map((group) => meanCost(group, cellLoss));
    return [
      {
        figure: {
          name: 'kaggle-log-loss',
          value: weighted(losses.map(({ value }) => value)),
          better: 'lower',
          unit: 'slice',
          counts: { slices: input.slices.length, labels: LABELS.length },
        },
        at: (times) => weighted(losses.map(({ at }) => at(times))),
      },
    ];
  }),
});

function weighted(losses: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const [column, loss] of losses.entries()) {
    if (loss === null) return null;
    sum += loss * WEIGHTS[column]!;
  }
  return sum / TOTAL;
}
