import { IchorError } from '../../errors.ts';
import { ANY, type SliceLabels } from '../../labels.ts';
import type { Metric, MetricInput, ScoredSeries, ScoredSlice } from '../../registry/kinds/metric.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import { placesOf, type SeriesPlaces } from '../../series-places.ts';
import type { SideCounts } from '../artifacts/metrics.ts';
import type { PredictionRow } from '../artifacts/predictions.ts';
import type { SliceRow } from '../artifacts/slices.ts';

/** A prediction with the truth that index joined to it. `patient` is whom index takes for one person (`group`). */
export interface JoinedSlice extends PredictionRow {
  labels: SliceLabels | null;
  /** Along its series, from some origin; null where distances are not known. */
  atMm: number | null;
}

/**
 * Joins by place: both are in the order of the index. Labels of the test side (`held-out`) are joined only where they are
 * `opened`: whatever reads what is joined sees none of them else. Throws `predictions-mismatch` where they are not of one run, and
 * `predictions-invalid` where what stands there is no probability.
 */
export function joinTruth(
  index: readonly Pick<SliceRow, 'slice' | 'series' | 'group' | 'labels' | 'spacingMm'>[],
  predictions: readonly PredictionRow[],
  { opened = false }: { opened?: boolean } = {},
): JoinedSlice[] {
  if (index.length !== predictions.length || index.some((row, i) => row.slice !== predictions[i]!.slice))
    throw mismatch(index, predictions);
  const wrong = predictions.find(({ probabilities }) => !probabilities.every((p) => p >= 0 && p <= 1));
  if (wrong !== undefined) {
    throw new IchorError(
      'predictions-invalid',
      `The prediction of slice ${wrong.slice} is ${wrong.probabilities.join(', ')}: no six probabilities.`,
      'Where training diverged (its loss is NaN), lower the learning rate; else delete the predict artifact named in the run.',
    );
  }
  const at = placedAt(index);
  return predictions.map((row, i) => ({
    ...row,
    patient: index[i]!.group,
    labels: row.side === 'held-out' && !opened ? null : index[i]!.labels,
    atMm: at[i]!,
  }));
}

/** Where each slice of the index lies along its series: distances summed up from its first; null from the first that is not known on. */
export function placedAt(index: readonly Pick<SliceRow, 'series' | 'spacingMm'>[]): (number | null)[] {
  let at: number | null = null;
  return index.map(({ series, spacingMm }, i) => {
    if (i === 0 || index[i - 1]!.series !== series) at = 0;
    else at = at === null || spacingMm === null ? null : at + spacingMm;
    return at;
  });
}

/** Where the slices of one series lie, in its order. */
export const alongOf = (slices: readonly { atMm: number | null }[]): SeriesPlaces =>
  placesOf(slices.map(({ atMm }) => atMm));

/** What does not fit: slices that nobody knows, slices without a prediction, or one of another place. */
function mismatch(index: readonly { slice: string }[], predictions: readonly PredictionRow[]): IchorError {
  const [known, predicted] = [index, predictions].map((rows) => new Set(rows.map(({ slice }) => slice)));
  const unknown = predictions.filter(({ slice }) => !known!.has(slice));
  const missing = index.filter(({ slice }) => !predicted!.has(slice));
  const say = (rows: readonly { slice: string }[], what: string) =>
    rows.length === 0 ? [] : [`${rows.length} ${what}, the first is ${rows[0]!.slice}`];
  const found = [...say(unknown, 'predicted slices are not in the index'), ...say(missing, 'have no prediction')];
  return new IchorError(
    'predictions-mismatch',
    `The predictions (${predictions.length} slices) are not those of the index (${index.length} slices): ${found.join('; ') || 'a slice stands twice or in another place'}.`,
    'Delete the predict artifact named in the run; the next run makes it again.',
  );
}

/** Slices by series, both in the order of the index. */
export function bySeries(slices: readonly JoinedSlice[]): JoinedSlice[][] {
  const groups = new Map<string, JoinedSlice[]>();
  for (const slice of slices) {
    const group = groups.get(slice.series);
    if (group) group.push(slice);
    else groups.set(slice.series, [slice]);
  }
  return [...groups.values()];
}

/** What metrics read of one side. `byRank`: the same with the scores of before a calibration, for metrics that go by their order alone. */
export interface SideInput extends MetricInput {
  byRank?: MetricInput;
}

/** What one metric reads: cross-fitted probabilities are of several fits, across which an order means nothing. */
export const inputOf = (input: SideInput, metric: Metric, params: ComponentValue): MetricInput =>
  input.byRank !== undefined && metric.contract(params).ranks === true ? input.byRank : input;

/** With the scores of before the calibration beside, where there was one. */
export function sideInput(
  series: readonly (readonly JoinedSlice[])[],
  side: Side,
  patient: MetricInput['patient'],
  score?: readonly number[],
): SideInput {
  const input = inputWith(series, side, patient, ({ probabilities }) => score ?? probabilities);
  const calibrated = score === undefined && series.some((group) => group.some((row) => row.uncalibrated !== undefined));
  if (!calibrated) return input;
  return {
    ...input,
    byRank: inputWith(series, side, patient, ({ uncalibrated, probabilities }) => uncalibrated ?? probabilities),
  };
}

/**
 * What metrics read of one side: its labelled slices, each series that has one of them, and what else their patients have. `score` gives what
 * stands for the probabilities of a row: baselines go through the same metrics.
 */
function inputWith(
  series: readonly (readonly JoinedSlice[])[],
  side: Side,
  patient: MetricInput['patient'],
  score: (row: JoinedSlice) => readonly number[],
): MetricInput {
  const scored: ScoredSeries[] = [];
  const without: ScoredSeries[] = [];
  for (const group of series) {
    const slices: ScoredSlice[] = [];
    for (const row of group) {
      if (row.side !== side || row.labels === null) continue;
      const { slice, series: id, patient: person, labels } = row;
      slices.push({ slice, series: id, patient: person, labels, probabilities: score(row) });
    }
    const first = slices[0] ?? group.find((row) => row.side === side || row.side === 'unlabelled');
    if (first === undefined) continue;
    const positions = group.map((row) => {
      const { labels, side: own } = row;
      const scores = score(row);
      const judged = own === side && labels !== null;
      return { any: scores[ANY]!, truth: labels?.any ?? null, probabilities: scores, labels, judged };
    });
    (slices.length > 0 ? scored : without).push({
      series: first.series,
      patient: first.patient,
      slices,
      positions,
      along: alongOf(group),
    });
  }
  const judged = new Set(scored.map((one) => one.patient));
  const unlabelledSeries = without.filter((one) => judged.has(one.patient));
  return {
    slices: scored.flatMap((one) => one.slices),
    series: scored,
    ...(unlabelledSeries.length > 0 ? { unlabelledSeries } : {}),
    patient,
  };
}

export function countSides(slices: readonly { series: string; patient: string }[]): SideCounts {
  return {
    slices: slices.length,
    series: new Set(slices.map((slice) => slice.series)).size,
    patients: new Set(slices.map((slice) => slice.patient)).size,
  };
}
