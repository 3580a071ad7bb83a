import { LABELS } from '../../labels.ts';
import type { JoinedSlice } from '../evaluate/scored.ts';

/** As Kaggle clips (facts 2.1). */
const LEAST = 1e-15;

/** Mean log loss of a slice over the six labels; null where it has none. */
export function sliceLoss({ labels, probabilities }: JoinedSlice): number | null {
  if (labels === null) return null;
  const losses = LABELS.map((label, i) => {
    const p = probabilities[i] as number;
    return -Math.log(Math.max(labels[label] === 1 ? p : 1 - p, LEAST));
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / LABELS.length;
}

/** Over the labelled slices; 0 where there is none. */
export function meanSliceLoss(slices: readonly JoinedSlice[]): number {
  const losses = slices.map(sliceLoss).filter((loss) => loss !== null);
  return losses.length === 0 ? 0 : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
