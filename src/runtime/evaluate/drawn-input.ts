import { patientsOf } from '../../patients-of.ts';
import type { MetricInput, ScoredSeries, ScoredSlice, Times } from '../../registry/kinds/metric.ts';

/** The input of one draw, patient by patient: each as often as drawn, the second time on as a patient of its own. */
export function drawnInput(input: MetricInput, times: Times): MetricInput {
  const own = new Map(patientsOf(input.slices).map((patient) => [patient, [] as ScoredSeries[]]));
  for (const one of input.series) own.get(one.patient)?.push(one);
  const slices = new Map([...own.keys()].map((patient) => [patient, [] as ScoredSlice[]]));
  for (const slice of input.slices) slices.get(slice.patient)!.push(slice);
  const drawn = { slices: [] as ScoredSlice[], series: [] as ScoredSeries[] };
  const unlabelledSeries: ScoredSeries[] = [];
  [...own].forEach(([patient, series], place) => {
    for (let n = 0; n < times[place]!; n++) {
      for (const slice of slices.get(patient)!) drawn.slices.push(n === 0 ? slice : sliceCopy(slice, n));
      for (const one of series) drawn.series.push(n === 0 ? one : seriesCopy(one, n));
      for (const one of input.unlabelledSeries ?? [])
        if (one.patient === patient) unlabelledSeries.push(n === 0 ? one : seriesCopy(one, n));
    }
  });
  return { ...drawn, ...(unlabelledSeries.length > 0 ? { unlabelledSeries } : {}), patient: input.patient };
}

const numbered = (id: string, n: number) => `${id}#${n + 1}`;

const sliceCopy = (slice: ScoredSlice, n: number): ScoredSlice => ({
  ...slice,
  slice: numbered(slice.slice, n),
  series: numbered(slice.series, n),
  patient: numbered(slice.patient, n),
});

const seriesCopy = (one: ScoredSeries, n: number): ScoredSeries => ({
  ...one,
  series: numbered(one.series, n),
  patient: numbered(one.patient, n),
  slices: one.slices.map((slice) => sliceCopy(slice, n)),
});
