import { LABELS, type Label, type MetricFigure, type ScoredSlice } from '../../src/index.ts';

const CLIP = 1e-15;

/** One cell's loss in nats, clipped as Kaggle does (facts 2.1): p to [1e-15, 1 - 1e-15], in double precision. */
export function cellLoss(probability: number, truth: 0 | 1): number {
  const p = Math.max(Math.min(probability, 1 - CLIP), CLIP);
  return -Math.log(truth === 1 ? p : 1 - p);
}

/** Mean loss of each label over the slices, in the order of LABELS; null where there is no slice. */
export function lossPerLabel(slices: readonly ScoredSlice[]): number[] | null {
  if (slices.length === 0) return null;
  const sums = LABELS.map(() => 0);
  for (const slice of slices) {
    LABELS.forEach((label, column) => {
      sums[column] = sums[column]! + cellLoss(slice.probabilities[column]!, slice.labels[label]);
    });
  }
  return sums.map((sum) => sum / slices.length);
}

/** Slices, and how many of them are positive and negative, for one label or for any. */
export function sliceCounts(slices: readonly ScoredSlice[], label: Label): MetricFigure['counts'] {
  const positives = slices.filter((slice) => slice.labels[label] === 1).length;
  return { slices: slices.length, positives, negatives: slices.length - positives };
}
