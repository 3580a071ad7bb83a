import { defineMetric, Type } from '../../src/index.ts';
import { f1Figures } from './called.ts';
import { resampled } from './resampled.ts';
import { type RuleParams, ruleParams } from './rule.ts';

export default defineMetric({
  name: 'patient-f1',
  version: 2,
  summary:
    'F1 over patients, pooled: a patient is called positive when any of its series is by the patient rule; each figure names how the truth was read from the labels.',
  params: Type.Object(ruleParams),
  contract: () => ({ needs: ['patients'] }),
  ...resampled((input, params: RuleParams) => f1Figures('patient', input, params)),
});
