import { defineMetric, type Times, Type } from '../../src/index.ts';
import { describe, groupsOf, type LevelParams, levelParams, needsOf } from './groups.ts';
import { classes, descend, type Ranked, rank } from './ranked.ts';
import { resampled } from './resampled.ts';

/**
 * The highest sensitivity of a threshold that occurs as a score (called at it and above, equal scores together) with at
 * least this specificity: a corner of the ROC curve, no point between two of them. 0 where only calling nothing is
 * specific enough. Null where a class is absent.
 */
function sensitivityAt(ranked: Ranked, times: Times, specificity: number): number | null {
  const { positives, negatives } = classes(ranked, times);
  if (positives === 0 || negatives === 0) return null;
  let sensitivity = 0;
  descend(ranked, times, (tp, fp) => {
    if ((negatives - fp) / negatives < specificity) return true;
    sensitivity = tp / positives;
    return false;
  });
  return sensitivity;
}

export default defineMetric({
  name: 'sensitivity-at-specificity',
  version: 1,
  summary:
    'Highest sensitivity of each label at which the specificity is still at least the one asked for: a corner of the ROC curve, nothing interpolated. Its threshold is chosen on the slices that it is about, so the figure is optimistic.',
  params: Type.Object({
    specificity: Type.Number({
      default: 0.9,
      minimum: 0,
      maximum: 1,
      description: 'Least share of negatives that are not called.',
    }),
    ...levelParams,
  }),
  contract: (params) => ({ ...needsOf(params), ranks: true }),
  ...resampled((input, params: LevelParams & { specificity: number }) =>
    groupsOf(input, params).map((group) => {
      const ranked = rank(group);
      return {
        figure: {
          ...describe(`sensitivity-at-specificity ${params.specificity}`, group, params),
          value: sensitivityAt(ranked, ranked.once, params.specificity),
          better: 'higher',
          optimistic: true,
        },
        at: (times) => sensitivityAt(ranked, times, params.specificity),
      };
    }),
  ),
});
