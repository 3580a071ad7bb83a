/** How many positives and negatives score at least as high as a threshold. */
export interface Operating {
  threshold: number;
  tp: number;
  fp: number;
}

/** Scores of one label, its truths apart: each array in ascending order. */
export interface Ranked {
  positives: Float64Array;
  negatives: Float64Array;
}

/** `truths`: 1 where the label is there. */
export function rank(scores: Float64Array, truths: Uint8Array): Ranked {
  const count = truths.reduce((sum, truth) => sum + truth, 0);
  const positives = new Float64Array(count);
  const negatives = new Float64Array(scores.length - count);
  let p = 0;
  let n = 0;
  scores.forEach((score, i) => {
    if (truths[i] === 1) positives[p++] = score;
    else negatives[n++] = score;
  });
  return { positives: positives.sort(), negatives: negatives.sort() };
}

/** One point for each distinct score, the highest first: what ties enters together. */
export function operatingPoints({ positives, negatives }: Ranked): Operating[] {
  const points: Operating[] = [];
  let p = positives.length - 1;
  let n = negatives.length - 1;
  while (p >= 0 || n >= 0) {
    const threshold = Math.max(positives[p] ?? Number.NEGATIVE_INFINITY, negatives[n] ?? Number.NEGATIVE_INFINITY);
    while (p >= 0 && positives[p] === threshold) p--;
    while (n >= 0 && negatives[n] === threshold) n--;
    points.push({ threshold, tp: positives.length - 1 - p, fp: negatives.length - 1 - n });
  }
  return points;
}
