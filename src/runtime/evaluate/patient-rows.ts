import { ANY } from '../../labels.ts';
import { measureOf, patientRule, seriesTruth } from '../../patient-rule.ts';
import type { MetricInput } from '../../registry/kinds/metric.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import type { PatientRow } from '../artifacts/patients.ts';
import { doubtsCell } from '../artifacts/series.ts';
import { alongOf, type JoinedSlice } from './scored.ts';

/** A series with slices on both sides (a leaky split) was trained on: as a whole it validates nothing. */
function sideOf(slices: readonly JoinedSlice[]): Side {
  const has = (side: Side) => slices.some((slice) => slice.side === side);
  if (has('train') && has('validation')) return 'train';
  // Slices without a label are on no side: the others say on which their series is.
  return (slices.find(({ side }) => side !== 'unlabelled') ?? slices[0]!).side;
}

/**
 * A row of patients.csv for every series, labelled or not, in the order of the index. `knowsAny`: the labels say whether there is
 * any blood; else no truth is known.
 */
export function patientRows(
  model: ModelName,
  series: readonly (readonly JoinedSlice[])[],
  rule: MetricInput['patient'],
  knowsAny = true,
): PatientRow[] {
  const rows = series.map((slices): PatientRow => {
    const first = slices[0]!;
    const scores = slices.map((slice) => slice.probabilities[ANY]!);
    const along = alongOf(slices);
    const { call, run } = patientRule(scores, rule, along);
    const truths = slices.map((slice) => (knowsAny ? (slice.labels?.any ?? null) : null));
    const labelled = slices.filter((slice) => slice.labels !== null).length;
    const truth = (reading: 'same-rule' | 'any-slice') =>
      labelled > 0 ? seriesTruth(truths, reading, rule, along) : null;
    const start = slices[run.first];
    const end = slices[run.last];
    return {
      model,
      patient: first.patient,
      series: first.series,
      side: sideOf(slices),
      slices: slices.length,
      labelled,
      interpolated: slices.filter((slice) => slice.how === 'interpolated').length,
      holes: along.holeBefore.filter(Boolean).length,
      highestAny: scores.reduce((highest, score) => Math.max(highest, score), 0),
      longestRun: run.length,
      firstOrder: start?.order ?? null,
      lastOrder: end?.order ?? null,
      firstSlice: start?.slice ?? null,
      lastSlice: end?.slice ?? null,
      call,
      truthSameRule: truth('same-rule'),
      truthAnySlice: truth('any-slice'),
      patientCall: false,
      calledBy: measureOf(rule, along),
      doubtful: doubtsCell(first.doubts ?? []) || null,
    };
  });
  const called = new Set(rows.filter((row) => row.call).map((row) => row.patient));
  return rows.map((row) => ({ ...row, patientCall: called.has(row.patient) }));
}
