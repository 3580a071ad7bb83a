import { defineMetric, Type } from '../../src/index.ts';
import { callSeries, f1Figures } from './called.ts';
import { resampled } from './resampled.ts';

export default defineMetric({
  name: 'series-f1',
  version: 1,
  summary:
    'F1 over series, pooled: a series is called positive by the patient rule: enough slices, neighbours or anywhere, have p(any) above the threshold; each figure names how the truth was read from the labels.',
  params: Type.Object({}),
  contract: () => ({ needs: ['series'] }),
  ...resampled(({ series, patient }) =>
    f1Figures(
      'series-f1',
      'series',
      series.map((one) => callSeries(one, patient)),
      patient.truth,
    ),
  ),
});
