import { defineMetric, type Times, Type } from '../../src/index.ts';
import { describe, groupsOf, type LevelParams, levelParams, needsOf } from './groups.ts';
import { classes, descend, type Ranked, rank } from './ranked.ts';
import { resampled } from './resampled.ts';

/**
 * The sum over distinct scores, from the highest, of what recall gains times the precision there (facts 5.3): equal scores
 * enter together and nothing is interpolated. Null where nothing is positive.
 */
function averagePrecision(ranked: Ranked, times: Times): number | null {
  const { positives } = classes(ranked, times);
  if (positives === 0) return null;
  let [sum, before] = [0, 0];
  descend(ranked, times, (tp, fp) => {
    if (tp > before) sum += ((tp - before) / positives) * (tp / (tp + fp));
    before = tp;
    return false;
  });
  return sum;
}

export default defineMetric({
  name: 'average-precision',
  version: 1,
  summary:
    'Area under the steps of the precision-recall curve of each label, without interpolation; equal scores enter together; not defined where nothing is positive.',
  params: Type.Object(levelParams),
  contract: (params) => ({ ...needsOf(params), ranks: true }),
  ...resampled((input, params: LevelParams) =>
    groupsOf(input, params).map((group) => {
      const ranked = rank(group);
      return {
        figure: {
          ...describe('average-precision', group, params),
          value: averagePrecision(ranked, ranked.once),
          better: 'higher',
        },
        at: (times) => averagePrecision(ranked, times),
      };
    }),
  ),
});
