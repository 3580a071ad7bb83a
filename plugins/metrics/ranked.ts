import type { Times } from '../../src/index.ts';
import type { Group } from './groups.ts';

/**
 * Items of a group from the lowest score to the highest, cut at the scores that a positive has: what lies between two of
 * them are negatives alone, of which only the sum counts. A thousand draws of 100,000 items take seconds that way.
 */
export interface Ranked {
  /** Places of the patients of negatives and of positives, by rising score. */
  negatives: Int32Array;
  positives: Int32Array;
  /** For each score that a positive has, rising: how many negatives lie below it, and how many at most at it. */
  below: Int32Array;
  upTo: Int32Array;
  /** And how many positives lie at most at it. */
  positivesUpTo: Int32Array;
  /** Each patient once: the draw that is the data themselves. */
  once: Times;
}

export function rank({ scores, truths, patients, people }: Group): Ranked {
  const order = Uint32Array.from(scores, (_, item) => item).sort((a, b) => scores[a]! - scores[b]!);
  const [negatives, positives, below, upTo, positivesUpTo]: number[][] = [[], [], [], [], []];
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start]!]!;
    const [lower, fewer] = [negatives!.length, positives!.length];
    let end = start;
    for (; end < order.length && scores[order[end]!] === score; end++) {
      const item = order[end]!;
      (truths[item] === 1 ? positives! : negatives!).push(patients[item]!);
    }
    if (positives!.length > fewer) {
      below!.push(lower);
      upTo!.push(negatives!.length);
      positivesUpTo!.push(positives!.length);
    }
    start = end;
  }
  return {
    negatives: Int32Array.from(negatives!),
    positives: Int32Array.from(positives!),
    below: Int32Array.from(below!),
    upTo: Int32Array.from(upTo!),
    positivesUpTo: Int32Array.from(positivesUpTo!),
    once: new Int32Array(people).fill(1),
  };
}

/** How often items `from` to `to` (without it) were drawn. */
export function drawn(patients: Int32Array, from: number, to: number, times: Times): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += times[patients[i]!]!;
  return sum;
}

/**
 * From the highest score that a positive has to the lowest: what is positive and negative among the items with at least
 * that score. `visit` gives true where it has seen enough.
 */
export function descend(
  ranked: Ranked,
  times: Times,
  visit: (truePositives: number, falsePositives: number) => boolean,
): void {
  const { negatives, positives, below, positivesUpTo } = ranked;
  let [tp, fp, positive, negative] = [0, 0, positives.length, negatives.length];
  for (let at = below.length - 1; at >= 0; at--) {
    const [nextPositive, nextNegative] = [at === 0 ? 0 : positivesUpTo[at - 1]!, below[at]!];
    tp += drawn(positives, nextPositive, positive, times);
    fp += drawn(negatives, nextNegative, negative, times);
    positive = nextPositive;
    negative = nextNegative;
    if (visit(tp, fp)) return;
  }
}

/** How many positives and negatives were drawn in all. */
export function classes({ positives, negatives }: Ranked, times: Times): { positives: number; negatives: number } {
  return {
    positives: drawn(positives, 0, positives.length, times),
    negatives: drawn(negatives, 0, negatives.length, times),
  };
}
