import { defineMetric, Type } from '../../src/index.ts';
import { type LevelParams, levelParams, needsOf } from './groups.ts';
import { cellLoss } from './log-loss.ts';
import { meanFigures } from './means.ts';
import { resampled } from './resampled.ts';

/** Plain mean over slices and six labels (facts 0.3: what the paper's validation column probably is), then each label's own. */
export default defineMetric({
  name: 'mean-log-loss',
  version: 1,
  summary:
    'Log loss in nats, the plain mean over all labelled slices and the six labels; probabilities are clipped to 1e-15 from 0 and 1.',
  params: Type.Object(levelParams),
  contract: needsOf,
  ...resampled((input, params: LevelParams) => meanFigures('mean-log-loss', input, params, cellLoss)),
});
