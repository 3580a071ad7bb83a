import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../../src/index.ts';
import { calibrationBins } from '../../../../src/runtime/report/curves/calibration.ts';
import { type Point, precisionRecallPoints, rocPoints } from '../../../../src/runtime/report/curves/curve-points.ts';
import { rank } from '../../../../src/runtime/report/curves/ranked.ts';
import { thinned } from '../../../../src/runtime/report/curves/thinned.ts';

const reference = JSON.parse(readFileSync(new URL('../../../fixtures/metrics.json', import.meta.url), 'utf8')) as {
  auc_ties: { y: number[]; score: number[]; auc: number };
};
const ranked = (scores: readonly number[], truths: readonly number[]) =>
  rank(Float64Array.from(scores), Uint8Array.from(truths));

/** Trapezoids: what lies below the line as it is drawn. */
const areaBelow = (points: readonly Point[]) =>
  points.slice(1).reduce((sum, [x, y], i) => sum + ((x - points[i]![0]) * (y + points[i]![1])) / 2, 0);

describe('ROC', () => {
  // By hand: 0.9 and 0.8 are positives; at 0.4 one positive and two negatives; 0.2 negative; 0.1 one of each.
  const { y, score, auc } = reference.auc_ties;
  it('enters ties together, as one slanted line', () => {
    expect(rocPoints(ranked(score, y))).toEqual([
      [0, 0],
      [0, 0.5],
      [0.5, 0.75],
      [0.75, 0.75],
      [1, 1],
    ]);
  });

  it('has the Mann-Whitney AUC of the reference sheet (scikit-learn) below it', () => {
    expect(areaBelow(rocPoints(ranked(score, y)))).toBeCloseTo(auc, 12);
  });

  it('is the diagonal where all scores are equal, and two sides of the square where no score is out of order', () => {
    expect(rocPoints(ranked([0.5, 0.5, 0.5], [1, 0, 0]))).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(rocPoints(ranked([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]))).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
  });

  it('has the share of pairs in order, ties half, below it for any scores', () => {
    const slice = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(slice, { maxLength: 30 }), (slices) => {
        const all = [...slices, [3, 1], [3, 0]] as [number, number][];
        const of = (truth: number) => all.filter(([, own]) => own === truth).map(([own]) => own);
        const pairs = of(1).flatMap((high) => of(0).map((low) => (high > low ? 1 : high === low ? 0.5 : 0)));
        const share = pairs.reduce<number>((sum, one) => sum + one, 0) / pairs.length;
        const points = rocPoints(
          ranked(
            all.map(([own]) => own / 5),
            all.map(([, truth]) => truth),
          ),
        );
        expect(areaBelow(points)).toBeCloseTo(share, 12);
      }),
    );
  });
});

describe('precision and recall', () => {
  const { y, score } = reference.auc_ties;
  it('runs in steps that nothing is interpolated in', () => {
    expect(precisionRecallPoints(ranked(score, y))).toEqual([
      [0, 1],
      [0.5, 1],
      [0.5, 0.6],
      [0.75, 0.6],
      [0.75, 0.5],
      [1, 0.5],
    ]);
  });

  it('has the average precision of the reference sheet (scikit-learn: 0.775) below it', () => {
    expect(areaBelow(precisionRecallPoints(ranked(score, y)))).toBeCloseTo(0.775, 12);
  });

  it('is the prevalence all along where all scores are equal', () => {
    expect(precisionRecallPoints(ranked([0.2, 0.2, 0.2, 0.2], [1, 0, 0, 0]))).toEqual([
      [0, 0.25],
      [1, 0.25],
    ]);
  });

  it('starts at 0 where the highest score is a negative', () => {
    expect(precisionRecallPoints(ranked([0.9, 0.8], [0, 1]))).toEqual([
      [0, 0.5],
      [1, 0.5],
    ]);
  });
});

describe('thinning', () => {
  const random = stream(0, 'curves');
  const truths = Uint8Array.from({ length: 100_000 }, () => Number(random.chance(0.14)));
  const scores = Float64Array.from(truths, (truth) => 1 / (1 + Math.exp(2 - 2 * truth - random.normal())));
  const whole = rank(scores, truths);

  /** How far a point is from a line of points, the larger of both axes, found by looking along each piece. */
  const distance = ([x, y]: Point, line: readonly Point[]) =>
    Math.min(
      ...line.slice(1).map(([bx, by], i) => {
        const [ax, ay] = line[i]!;
        const along = Array.from({ length: 21 }, (_, k) => k / 20);
        return Math.min(
          ...along.map((t) => Math.max(Math.abs(ax + t * (bx - ax) - x), Math.abs(ay + t * (by - ay) - y))),
        );
      }),
    );

  it.each([
    ['ROC', rocPoints(whole)],
    ['precision and recall', precisionRecallPoints(whole)],
  ])('leaves a line of a few hundred points that runs where %s of 100,000 slices does', (_, points) => {
    const few = thinned(points);
    expect(points.length).toBeGreaterThan(10_000);
    expect(few.length).toBeLessThan(1500);
    expect(few[0]).toEqual(points[0]);
    expect(few.at(-1)).toEqual(points.at(-1));
    for (let i = 0; i < points.length; i += 499) expect(distance(points[i]!, few)).toBeLessThan(0.0016);
    expect(Math.abs(areaBelow(few) - areaBelow(points))).toBeLessThan(0.0016);
  });

  it('leaves few points as they are', () => {
    const points: Point[] = [
      [0, 0],
      [0, 0.5],
      [0.5, 0.75],
      [1, 1],
    ];
    expect(thinned(points)).toEqual(points);
    expect(thinned([])).toEqual([]);
  });
});

describe('calibration', () => {
  it('counts in ten equal bins, the last one closed, with mean score and share of positives', () => {
    const bins = calibrationBins(Float64Array.of(0, 0.05, 0.1, 0.94, 1), Uint8Array.of(0, 1, 1, 0, 1));
    expect(bins).toHaveLength(10);
    expect(bins[0]).toMatchObject({ low: 0, high: 0.1, count: 2, positives: 1, predicted: 0.025, observed: 0.5 });
    expect(bins[1]).toMatchObject({ count: 1, positives: 1, predicted: 0.1, observed: 1 });
    expect(bins[5]).toMatchObject({ count: 0, positives: 0, predicted: null, observed: null });
    expect(bins[9]).toMatchObject({ low: 0.9, high: 1, count: 2, positives: 1, predicted: 0.97, observed: 0.5 });
  });
});
