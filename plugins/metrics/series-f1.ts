import { defineMetric, Type } from '../../src/index.ts';
import { f1Figures } from './called.ts';
import { resampled } from './resampled.ts';
import { type RuleParams, ruleParams } from './rule.ts';

export default defineMetric({
  name: 'series-f1',
  version: 2,
  summary:
    'F1 over series, pooled: a series is called positive by the patient rule: enough slices, neighbours or anywhere, have p(any) above the threshold; each figure names how the truth was read from the labels.',
  params: Type.Object(ruleParams),
  contract: () => ({ needs: ['series'] }),
  ...resampled((input, params: RuleParams) => f1Figures('series', input, params)),
});
