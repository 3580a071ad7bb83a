import type { MetricFigure } from '../kinds/metric.ts';
import type { Baseline } from './language.ts';

/**
 * Whether a predictor that looks at no picture has this figure: losses of the constant one, calls of the one that calls
 * everything. An AUC of equal scores says nothing, and a threshold that was chosen is no call of equal scores.
 */
export function isBaselineFigure(predictor: Baseline, { better, counts, optimistic }: MetricFigure): boolean {
  if (predictor === 'constant') return better === 'lower';
  return better === 'higher' && counts.tp !== undefined && optimistic === undefined;
}
