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
 * The rule by which slices make a series positive (facts 2.4): at least `slices` neighbours, in the order of all
 * slices of the series, with a score strictly above `threshold`.
 */
export function consecutiveRule(
  scores: readonly number[],
  rule: { slices: number; threshold: number },
): { call: boolean; run: Run } {
  const run = longestRun(scores.map((score) => score > rule.threshold));
  return { call: run.length >= rule.slices, run };
}
