import { defineMetric, type Times, Type } from '../../src/index.ts';
import { describe, type Group, groupsOf, type LevelParams, levelParams, needsOf } from './groups.ts';
import { resampled } from './resampled.ts';

type Params = LevelParams & { bins: number };

/** The bin `[k / bins, (k + 1) / bins)` of a score; the last one is closed. */
function binOf(score: number, bins: number): number {
  let bin = Math.min(Math.floor(score * bins), bins - 1);
  // The product may round across an edge: the edges are what decides.
  while (bin > 0 && score < bin / bins) bin--;
  while (bin < bins - 1 && score >= (bin + 1) / bins) bin++;
  return bin;
}

/** Sums of truth minus score for each patient and bin: a bin's share times its gap is the size of its sum over all items. */
function calibrationError({ scores, truths, patients, people }: Group, bins: number) {
  const gaps = new Float64Array(people * bins);
  const counts = new Int32Array(people);
  for (let i = 0; i < scores.length; i++) {
    const patient = patients[i]!;
    gaps[patient * bins + binOf(scores[i]!, bins)]! += truths[i]! - scores[i]!;
    counts[patient]! += 1;
  }
  return (times: Times): number | null => {
    const sums = new Float64Array(bins);
    let count = 0;
    for (let patient = 0; patient < people; patient++) {
      const weight = times[patient]!;
      if (weight === 0) continue;
      count += weight * counts[patient]!;
      for (let bin = 0; bin < bins; bin++) sums[bin]! += weight * gaps[patient * bins + bin]!;
    }
    return count === 0 ? null : sums.reduce((total, gap) => total + Math.abs(gap), 0) / count;
  };
}

export default defineMetric({
  name: 'calibration-error',
  version: 1,
  summary:
    'Expected calibration error of each label: slices fall into bins of equal width by their probability; the gap between the mean truth and the mean probability of a bin, weighted by its share of the slices.',
  params: Type.Object({
    bins: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 1000,
      description: 'Bins of equal width; the last one is closed.',
    }),
    ...levelParams,
  }),
  contract: needsOf,
  ...resampled((input, params: Params) =>
    groupsOf(input, params).map((group) => {
      const at = calibrationError(group, params.bins);
      const more = params.bins === 10 ? [] : [`${params.bins} bins`];
      return {
        figure: {
          ...describe('calibration-error', group, params, more),
          value: at(new Int32Array(group.people).fill(1)),
          better: 'lower',
        },
        at,
      };
    }),
  ),
});
