import { IchorError } from '../../errors.ts';
import { ANY, type SliceLabels } from '../../labels.ts';
import type { MetricInput, ScoredSeries, ScoredSlice, Side } from '../../registry/kinds.ts';
import type { SideCounts } from '../artifacts/metrics.ts';
import type { PredictionRow } from '../artifacts/predictions.ts';

/** A prediction with the truth that index joined to it. */
export interface JoinedSlice extends PredictionRow {
  labels: SliceLabels | null;
}

/** Joins by place: both are in the order of the index. Throws where they are not of one run. */
export function joinTruth(
  index: readonly { slice: string; labels: SliceLabels | null }[],
  predictions: readonly PredictionRow[],
): JoinedSlice[] {
  const at = index.length === predictions.length ? index.findIndex((row, i) => row.slice !== predictions[i]!.slice) : 0;
  if (at !== -1) {
    throw new IchorError(
      'predictions-mismatch',
      `The predictions (${predictions.length} slices) are not those of the index (${index.length} slices).`,
      'Delete the predict artifact named in the run; the next run makes it again.',
    );
  }
  return predictions.map((row, i) => ({ ...row, labels: index[i]!.labels }));
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

/**
 * What metrics read of one side: its labelled slices, and each series that has one of them. `score` replaces the
 * probabilities: baselines go through the same metrics.
 */
export function sideInput(
  series: readonly (readonly JoinedSlice[])[],
  side: Side,
  patient: MetricInput['patient'],
  score?: readonly number[],
): MetricInput {
  const scored: ScoredSeries[] = [];
  for (const group of series) {
    const slices: ScoredSlice[] = [];
    for (const row of group) {
      if (row.side !== side || row.labels === null) continue;
      const { slice, series: id, patient: person, labels } = row;
      slices.push({ slice, series: id, patient: person, labels, probabilities: score ?? row.probabilities });
    }
    const first = slices[0];
    if (first === undefined) continue;
    const positions = group.map(({ labels, probabilities }) => {
      const scores = score ?? probabilities;
      return { any: scores[ANY]!, truth: labels?.any ?? null, probabilities: scores, labels };
    });
    scored.push({ series: first.series, patient: first.patient, slices, positions });
  }
  return { slices: scored.flatMap((one) => one.slices), series: scored, patient };
}

export function countSides(slices: readonly { series: string; patient: string }[]): SideCounts {
  return {
    slices: slices.length,
    series: new Set(slices.map((slice) => slice.series)).size,
    patients: new Set(slices.map((slice) => slice.patient)).size,
  };
}
