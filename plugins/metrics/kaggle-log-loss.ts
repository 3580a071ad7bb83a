import { defineMetric, LABELS, Type } from '../../src/index.ts';
import { lossPerLabel } from './log-loss.ts';

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
  evaluate({ slices }) {
    const losses = lossPerLabel(slices);
    return [
      {
        name: 'kaggle-log-loss',
        value: losses && losses.reduce((sum, loss, column) => sum + loss * WEIGHTS[column]!, 0) / TOTAL,
        better: 'lower',
        unit: 'slice',
        counts: { slices: slices.length, labels: LABELS.length },
      },
    ];
  },
});
