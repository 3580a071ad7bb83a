import { patientsOf } from '../../patients-of.ts';
import type { MetricInput, ScoredSeries, ScoredSlice, Times } from '../../registry/kinds.ts';

/** The input of one draw: each patient as often as drawn, the second time on as a patient of its own. */
export function drawnInput(input: MetricInput, times: Times): MetricInput {
  const places = new Map(patientsOf(input.slices).map((patient, place) => [patient, place]));
  const copies = <T extends { patient: string }>(rows: readonly T[], copy: (row: T, n: number) => T): T[] => {
    const most = times.reduce((max, one) => Math.max(max, one), 0);
    const drawn: T[] = [];
    for (let n = 0; n < most; n++)
      for (const row of rows) if (n < times[places.get(row.patient)!]!) drawn.push(n === 0 ? row : copy(row, n));
    return drawn;
  };
  return {
    slices: copies(input.slices, copyOfSlice),
    series: copies(
      input.series,
      (one, n): ScoredSeries => ({
        ...one,
        series: numbered(one.series, n),
        patient: numbered(one.patient, n),
        slices: one.slices.map((slice) => copyOfSlice(slice, n)),
      }),
    ),
    patient: input.patient,
  };
}

const numbered = (id: string, n: number) => `${id}#${n + 1}`;

const copyOfSlice = (slice: ScoredSlice, n: number): ScoredSlice => ({
  ...slice,
  slice: numbered(slice.slice, n),
  series: numbered(slice.series, n),
  patient: numbered(slice.patient, n),
});
