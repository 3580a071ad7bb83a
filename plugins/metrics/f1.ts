import { defineMetric, type Times, Type } from '../../src/index.ts';
import { type Confusion, f1Of } from './called.ts';
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

/** Called strictly above the threshold, as by the patient rule. */
function fixed(group: Group, params: Params, threshold: number): Resampled {
  const { scores, truths, patients, people } = group;
  const cells = { tp: new Int32Array(people), fp: new Int32Array(people), fn: new Int32Array(people) };
  for (let i = 0; i < scores.length; i++) {
    const call = scores[i]! > threshold;
    const cell = truths[i]! === 1 ? (call ? cells.tp : cells.fn) : call ? cells.fp : null;
    if (cell !== null) cell[patients[i]!]! += 1;
  }
  const dot = (of: Int32Array, times: Times) => of.reduce((sum, one, place) => sum + one * times[place]!, 0);
  const at = (times: Times) => f1Of({ tp: dot(cells.tp, times), fp: dot(cells.fp, times), fn: dot(cells.fn, times) });
  const once = new Int32Array(people).fill(1);
  const [tp, fp, fn] = [dot(cells.tp, once), dot(cells.fp, once), dot(cells.fn, once)];
  const confusion: Confusion = { tp, fp, fn, tn: scores.length - tp - fp - fn };
  const said = describe(`f1 at ${threshold}`, group, params);
  return {
    figure: { ...said, value: f1Of(confusion), better: 'higher', counts: { ...said.counts, ...confusion } },
    at,
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
