import { defineMetric, type Times, Type } from '../../src/index.ts';
import { describe, groupsOf, type LevelParams, levelParams, needsOf } from './groups.ts';
import { drawn, type Ranked, rank } from './ranked.ts';
import { resampled } from './resampled.ts';

/**
 * Mann-Whitney's statistic, equal scores counted half (facts 5.3): the share of pairs of a positive and a negative of
 * what was drawn in which the positive has the higher score. Null when one class is absent.
 */
export function rankAuc(ranked: Ranked, times: Times): number | null {
  const { negatives, positives, below, upTo, positivesUpTo } = ranked;
  let [won, allPositives, lower, negative, positive] = [0, 0, 0, 0, 0];
  for (let at = 0; at < below.length; at++) {
    lower += drawn(negatives, negative, below[at]!, times);
    const tied = drawn(negatives, below[at]!, upTo[at]!, times);
    const here = drawn(positives, positive, positivesUpTo[at]!, times);
    won += here * (lower + tied / 2);
    allPositives += here;
    lower += tied;
    negative = upTo[at]!;
    positive = positivesUpTo[at]!;
  }
  const allNegatives = lower + drawn(negatives, negative, negatives.length, times);
  return allPositives === 0 || allNegatives === 0 ? null : won / (allPositives * allNegatives);
}

export default defineMetric({
  name: 'auc',
  version: 1,
  summary:
    'Area under the ROC curve of each label over slices: the chance that a positive slice has a higher score than a negative one, ties counted half; not defined where a class is absent.',
  params: Type.Object(levelParams),
  contract: (params) => ({ ...needsOf(params), ranks: true }),
  ...resampled((input, params: LevelParams) =>
    groupsOf(input, params).map((group) => {
      const ranked = rank(group);
      return {
        figure: { ...describe('auc', group, params), value: rankAuc(ranked, ranked.once), better: 'higher' },
        at: (times) => rankAuc(ranked, times),
      };
    }),
  ),
});
