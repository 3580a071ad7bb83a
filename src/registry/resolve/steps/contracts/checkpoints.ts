import { checkpointMetric } from '../../../diagnostics/findings/needs.ts';
import { at } from '../../../values/path.ts';
import { isText } from '../../../values/value.ts';
import type { Rule } from './facts.ts';

/** The best epoch is found by a figure that the recipe evaluates. */
export const checkpointsExist: Rule = (facts) => {
  const metrics = at(facts.recipe, ['evaluation', 'metrics']);
  if (metrics?.kind !== 'list' || !facts.valid(['evaluation', 'metrics'])) return [];
  const names = metrics.items
    .flatMap((metric) => at(metric, ['type']) ?? [])
    .flatMap((type) => (isText(type) ? type.value : []));
  return ['backbone', 'sequence'].flatMap((stage) => {
    const path = ['train', stage, 'checkpoint', 'best'];
    const metric = facts.text(...path);
    if (metric === undefined || names.includes(metric)) return [];
    return [checkpointMetric(facts.place(...path), path, metric, names)];
  });
};
