import { defineMetric, type Times, Type } from '../../src/index.ts';
import { f1Of } from './called.ts';
import { cellsOf } from './cells.ts';
import { describe, type Group, groupsOf, type LevelParams, levelParams, needsOf } from './groups.ts';
import { classes, descend, type Ranked, rank } from './ranked.ts';
import { type Resampled, resampled } from './resampled.ts';

type Params = LevelParams & { threshold: number | 'best' };

/** The highest F1 of all thresholds that occur as a score (called at it and above); null where nothing is positive. */
function bestF1(ranked: Ranked, times: Times): number | null {
  const { positives } = classes(ranked, times);
  if (positives === 0) return null;
  let best = 0;
  descend(ranked, times, (tp, fp) => {
    best = Math.max(best, f1Of({ tp, fp, fn: positives - tp }) ?? 0);
    return false;
  });
  return best;
}

function chosen(group: Group, params: Params): Resampled {
  const ranked = rank(group);
  const value = bestF1(ranked, ranked.once);
  return {
    figure: { ...describe('f1 at its best threshold', group, params), value, better: 'higher', optimistic: true },
    at: (times) => bestF1(ranked, times),
  };
}

function fixed(group: Group, params: Params, threshold: number): Resampled {
  const cells = cellsOf(group, threshold);
  const confusion = cells(new Int32Array(group.people).fill(1));
  const said = describe(`f1 at ${threshold}`, group, params);
  return {
    figure: { ...said, value: f1Of(confusion), better: 'higher', counts: { ...said.counts, ...confusion } },
    at: (times) => f1Of(cells(times)),
  };
}

export default defineMetric({
  name: 'f1',
  version: 1,
  summary:
    'F1 of each label over slices, pooled: called strictly above a threshold; 0/0 is not defined. With threshold best it is the highest F1 of all thresholds, chosen on the slices that it is about, so the figure is optimistic.',
  params: Type.Object({
    threshold: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Literal('best')], {
      default: 0.5,
      description: 'Called above this probability; best: the threshold that gives the highest F1 here.',
    }),
    ...levelParams,
  }),
  contract: (params) => ({ ...needsOf(params), ranks: params.threshold === 'best' }),
  ...resampled((input, params: Params) =>
    groupsOf(input, params).map((group) =>
      params.threshold === 'best' ? chosen(group, params) : fixed(group, params, params.threshold),
    ),
  ),
});
