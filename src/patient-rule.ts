import type { PatientRule } from './registry/kinds/metric.ts';
import { type SeriesPlaces, unknownPlaces } from './series-places.ts';

/** A run of calls: `length` neighbours from place `first` to place `last`, both 0-based; -1 where there is none. */
export interface Run {
  length: number;
  first: number;
  last: number;
}

/** Slices closer than this are outside of the spacing that networks learned from: a length in mm says nothing of them. */
export const THINNEST_MM = 2.5;
/** Sums of halves of rounded distances. */
const ROUNDING_MM = 1e-3;

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
 * By what a series is called: `millimetres` where the rule has them, distances are known, and slices are no thinner than
 * those that networks learned from; else `slices`.
 */
export const measureOf = (
  { millimetres = null }: PatientRule,
  { lengthMm, spacingMm }: SeriesPlaces,
): 'millimetres' | 'slices' =>
  millimetres !== null && lengthMm !== null && spacingMm !== null && spacingMm > THINNEST_MM - ROUNDING_MM
    ? 'millimetres'
    : 'slices';

/** A place of a series: its slices (phases of a scan, doubled ones) count once, by the highest of their scores. */
interface Place {
  score: number;
  /** First and last slice, in the series' order. */
  first: number;
  last: number;
  hole: boolean;
  /** What it counts: 1, or its millimetres. */
  size: number;
}

function placesIn(scores: readonly number[], places: SeriesPlaces, measure: 'millimetres' | 'slices'): Place[] {
  const found: Place[] = [];
  scores.forEach((score, i) => {
    const before = found.at(-1);
    if (before !== undefined && i > 0 && places.place[i] === places.place[i - 1]) {
      before.score = Math.max(before.score, score);
      before.last = i;
      return;
    }
    const size = measure === 'slices' ? 1 : (places.lengthMm?.[i] ?? 0);
    found.push({ score, first: i, last: i, hole: places.holeBefore[i] === true, size });
  });
  return found;
}

/** What a run has to come to: slices; or millimetres less half a spacing, since the outermost slices have a neighbour on one side only. */
function neededOf(rule: PatientRule, { spacingMm }: SeriesPlaces, measure: 'millimetres' | 'slices'): number {
  if (measure === 'slices') return rule.slices;
  return (rule.millimetres ?? 0) - (spacingMm ?? 0) / 2 - ROUNDING_MM;
}

/**
 * Whether a series is positive (facts 2.4): by `consecutive` a run of neighbouring places with scores strictly above
 * `threshold` of at least `slices` places, or `millimetres`; by `count` so many places, or so long together, anywhere. A run
 * does not cross a hole, and a place counts once. `run`: the longest run of such neighbours, by either rule; its `length` in
 * places, `first` and `last` of its slices.
 *
 * @param places Where the slices lie; left out: each is a place of its own, without holes, and distances are not known.
 */
export function patientRule(
  scores: readonly number[],
  rule: PatientRule,
  places: SeriesPlaces = unknownPlaces(scores.length),
): { call: boolean; run: Run } {
  const measure = measureOf(rule, places);
  const found = placesIn(scores, places, measure);
  const needed = neededOf(rule, places, measure);
  let best = { size: 0, run: { length: 0, first: -1, last: -1 } };
  let [length, size, together] = [0, 0, 0];
  found.forEach((place, i) => {
    if (place.hole) [length, size] = [0, 0];
    if (!(place.score > rule.threshold)) {
      [length, size] = [0, 0];
      return;
    }
    length++;
    size += place.size;
    together += place.size;
    if (size > best.size || (size === best.size && length > best.run.length)) {
      const first = found[i - length + 1] as Place;
      best = { size, run: { length, first: first.first, last: place.last } };
    }
  });
  const reached = rule.rule === 'count' ? together : best.size;
  return { call: best.run.length > 0 && reached >= needed, run: best.run };
}

/**
 * Whether a series is positive by its labels: `same-rule` by the rule of the calls, `any-slice` with one slice. Null where slices
 * without a label (null) leave it open: it is positive with them or not. A slice that is not there (a hole) leaves nothing open.
 */
export function seriesTruth(
  truths: readonly (0 | 1 | null)[],
  reading: 'same-rule' | 'any-slice',
  rule: PatientRule,
  places: SeriesPlaces = unknownPlaces(truths.length),
): boolean | null {
  const filledWith = (open: 0 | 1): boolean => {
    const filled = truths.map((truth) => truth ?? open);
    return reading === 'any-slice' ? filled.includes(1) : patientRule(filled, { ...rule, threshold: 0.5 }, places).call;
  };
  if (filledWith(0)) return true;
  return truths.includes(null) && filledWith(1) ? null : false;
}

/** A patient is what any of its series is: positive where one is, negative where all of them are known not to be. */
export const patientTruth = (series: readonly (boolean | null)[]): boolean | null =>
  series.includes(true) ? true : series.includes(null) ? null : false;

/**
 * The score of a series by the rule: it is called at each threshold below it and at none from it on. By `consecutive`
 * the highest of the lowest scores of a run that is long enough, by `count` the score of the place with which the highest
 * ones are enough. 0 where a series is too short: it is never called.
 */
export function ruleScore(
  scores: readonly number[],
  rule: Omit<PatientRule, 'threshold'>,
  places: SeriesPlaces = unknownPlaces(scores.length),
): number {
  const full = { ...rule, threshold: 0 };
  const measure = measureOf(full, places);
  const found = placesIn(scores, places, measure);
  const needed = neededOf(full, places, measure);
  if (rule.rule === 'count') {
    let size = 0;
    for (const place of [...found].sort((a, b) => b.score - a.score)) {
      size += place.size;
      if (size >= needed) return place.score;
    }
    return 0;
  }
  let best = 0;
  for (let start = 0; start < found.length; start++) {
    let [size, lowest] = [0, Number.POSITIVE_INFINITY];
    for (let i = start; i < found.length; i++) {
      const place = found[i] as Place;
      if (i > start && place.hole) break;
      size += place.size;
      lowest = Math.min(lowest, place.score);
      if (lowest <= best) break;
      if (size >= needed) {
        best = lowest;
        break;
      }
    }
  }
  return best;
}
