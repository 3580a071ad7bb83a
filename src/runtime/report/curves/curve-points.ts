import { operatingPoints, type Ranked } from './ranked.ts';

/** x and y in 0..1. */
export type Point = readonly [x: number, y: number];

/**
 * False positive rate and sensitivity at each distinct score, from (0, 0) to (1, 1). Between two of them runs a straight
 * line, also through ties, so that the area below is the Mann-Whitney AUC with mid-ranks. Both classes are there.
 */
export function rocPoints(ranked: Ranked): Point[] {
  const counts: Point[] = [[0, 0], ...operatingPoints(ranked).map(({ tp, fp }): Point => [fp, tp])];
  // Straightened while they are whole numbers, where a straight line is exactly one.
  return straightened(counts).map(([fp, tp]): Point => [fp / ranked.negatives.length, tp / ranked.positives.length]);
}

/**
 * Recall and precision, as steps: each distinct score that adds a positive holds its precision from the recall before it
 * to its own. Nothing is interpolated, and the area below is the average precision. There is a positive.
 */
export function precisionRecallPoints(ranked: Ranked): Point[] {
  const steps: Point[] = [];
  let before = 0;
  for (const { tp, fp } of operatingPoints(ranked)) {
    if (tp === before) continue;
    const precision = tp / (tp + fp);
    steps.push([before, precision], [tp, precision]);
    before = tp;
  }
  return straightened(steps).map(([recalled, precision]): Point => [recalled / ranked.positives.length, precision]);
}

/** Without the points that lie on the line between their neighbours. */
function straightened(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    while (kept.length > 1 && isBetween(kept.at(-2) as Point, kept.at(-1) as Point, point)) kept.pop();
    kept.push(point);
  }
  return kept;
}

const isBetween = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): boolean =>
  (bx - ax) * (cy - by) === (by - ay) * (cx - bx) && (bx - ax) * (cx - bx) >= 0 && (by - ay) * (cy - by) >= 0;
