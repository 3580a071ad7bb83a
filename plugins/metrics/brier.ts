import { defineMetric, Type } from '../../src/index.ts';
import { type LevelParams, levelParams, needsOf } from './groups.ts';
import { meanFigures } from './means.ts';
import { resampled } from './resampled.ts';

export default defineMetric({
  name: 'brier',
  version: 1,
  summary:
    'Brier score: the mean square of probability minus truth, over all labelled slices and the six labels, and of each label.',
  params: Type.Object(levelParams),
  contract: needsOf,
  ...resampled((input, params: LevelParams) =>
    meanFigures('brier', input, params, (probability, truth) => (probability - truth) ** 2),
  ),
});
