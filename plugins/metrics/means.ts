import { LABELS, type MetricInput, type Times } from '../../src/index.ts';
import {
  countedAs,
  describe,
  type Group,
  groupsOf,
  type LevelParams,
  levelWords,
  named,
  truthUnknown,
  truthWords,
} from './groups.ts';
import type { Resampled } from './resampled.ts';

/** What one item of a group costs. */
export type Cost = (score: number, truth: 0 | 1) => number;

/** The mean cost of a group: a sum and a count for each patient, so that a draw takes a ratio of sums. */
export function meanCost(group: Group, cost: Cost): { value: number | null; at(times: Times): number | null } {
  const { scores, truths, patients, people } = group;
  const sums = new Float64Array(people);
  const counts = new Float64Array(people);
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const one = cost(scores[i]!, truths[i]! as 0 | 1);
    total += one;
    sums[patients[i]!]! += one;
    counts[patients[i]!]! += 1;
  }
  return {
    value: scores.length === 0 ? null : total / scores.length,
    at(times) {
      let [sum, count] = [0, 0];
      for (let p = 0; p < people; p++) {
        sum += times[p]! * sums[p]!;
        count += times[p]! * counts[p]!;
      }
      return count === 0 ? null : sum / count;
    },
  };
}

/** The mean over items and labels, then each label's own; for series and patients by each reading of the truth. */
export function meanFigures(base: string, input: MetricInput, params: LevelParams, cost: Cost): Resampled[] {
  const groups = groupsOf(input, params).map((group) => ({ group, ...meanCost(group, cost) }));
  const truths = [...new Set(groups.map(({ group }) => group.truth))];
  return truths.flatMap((truth) => {
    const own = groups.filter(({ group }) => group.truth === truth);
    const overall: Resampled = {
      figure: {
        name: named(base, [...levelWords(params), ...truthWords(truth)]),
        value: meanOf(own.map(({ value }) => value)),
        better: 'lower',
        unit: params.level,
        ...(truth === undefined ? {} : { truth }),
        // Of the label of which the fewest are known.
        counts: {
          [countedAs(params.level)]: Math.min(...own.map(({ group }) => group.scores.length)),
          labels: LABELS.length,
          ...truthUnknown(Math.max(...own.map(({ group }) => group.unknown))),
        },
      },
      at: (times) => meanOf(own.map(({ at }) => at(times))),
    };
    const single = own.map(
      ({ group, value, at }): Resampled => ({
        figure: { ...describe(base, group, params), value, better: 'lower' },
        at,
      }),
    );
    return [overall, ...single];
  });
}

function meanOf(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum / values.length;
}
