import type { Point } from './curve-points.ts';

/** Less than half a pixel of a plot 250 px wide. */
const UNSEEN = 0.0015;

/**
 * A line of fewer points that runs nowhere farther than `unseen` from the whole one, on either axis: a point is left out
 * while it lies that close to the last one kept. First and last stay. A few hundred points for 100,000 scores.
 */
export function thinned(points: readonly Point[], unseen = UNSEEN): Point[] {
  const last = points.at(-1);
  if (last === undefined) return [];
  const kept: Point[] = [];
  points.forEach((point, i) => {
    const before = kept.at(-1);
    const far = before && (Math.abs(point[0] - before[0]) > unseen || Math.abs(point[1] - before[1]) > unseen);
    if (before === undefined || far || i === points.length - 1) kept.push(point);
  });
  return kept;
}
