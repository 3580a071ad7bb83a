import { checkpointMetric } from '../../../diagnostics/findings/needs.ts';
import { at } from '../../../values/path.ts';
import { isText } from '../../../values/value.ts';
import type { Rule } from './facts.ts';
import { TRAININGS } from './trainings.ts';

/** The best epoch, and when to stop, are found by a figure that the recipe evaluates; the loss needs no metric. */
export const checkpointsExist: Rule = (facts) => {
  const metrics = at(facts.recipe, ['evaluation', 'metrics']);
  if (metrics?.kind !== 'list' || !facts.valid(['evaluation', 'metrics'])) return [];
  const names = metrics.items
    .flatMap((metric) => at(metric, ['type']) ?? [])
    .flatMap((type) => (isText(type) ? type.value : []));
  return TRAININGS.flatMap((stage) => {
    const found = (path: string[], besides: string[]) => {
      const metric = facts.text(...path);
      const known = [...names, ...besides];
      if (metric === undefined || known.includes(metric)) return [];
      return [checkpointMetric(facts.place(...path), path, metric, known)];
    };
    return [
      ...found(['train', stage, 'checkpoint', 'best'], []),
      ...found(['train', stage, 'earlyStopping', 'metric'], ['loss']),
    ];
  });
};
