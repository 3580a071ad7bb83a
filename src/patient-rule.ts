import type { PatientRule } from './registry/kinds/metric.ts';

/** A run of calls: `length` neighbours from place `first` to place `last`, both 0-based; -1 where there is none. */
export interface Run {
  length: number;
  first: number;
  last: number;
}

/** The longest run of true, the first one of that length. */
export function longestRun(calls: readonly boolean[]): Run {
  let best: Run = { length: 0, first: -1, last: -1 };
  let start = 0;
  calls.forEach((call, place) => {
    if (!call) start = place + 1;
    else if (place - start + 1 > best.length) best = { length: place - start + 1, first: start, last: place };
  });
  return best;
}

/**
 * Whether a series is positive (facts 2.4): at least `slices` slices with a score strictly above `threshold`; by
 * `consecutive` as neighbours in the order of all slices of the series, by `count` anywhere in it. `run`: its longest
 * run of such neighbours, by either rule.
 */
export function patientRule(
  scores: readonly number[],
  { rule, slices, threshold }: PatientRule,
): { call: boolean; run: Run } {
  const calls = scores.map((score) => score > threshold);
  const run = longestRun(calls);
  const reached = rule === 'count' ? calls.filter(Boolean).length : run.length;
  return { call: reached >= slices, run };
}

/**
 * The score of a series by the rule: it is called at each threshold below it and at none from it on. By `consecutive`
 * the highest of the lowest scores of `slices` neighbours, by `count` the score in the place `slices` from the highest.
 * 0 where there are fewer slices: such a series is never called.
 */
export function ruleScore(scores: readonly number[], { rule, slices }: Omit<PatientRule, 'threshold'>): number {
  if (scores.length < slices) return 0;
  if (rule === 'count') return [...scores].sort((a, b) => b - a)[slices - 1]!;
  let best = 0;
  for (let start = 0; start + slices <= scores.length; start++) {
    let lowest = Number.POSITIVE_INFINITY;
    for (let place = start; place < start + slices; place++) lowest = Math.min(lowest, scores[place]!);
    best = Math.max(best, lowest);
  }
  return best;
}
