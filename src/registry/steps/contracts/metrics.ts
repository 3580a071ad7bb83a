import { metricNeeds } from '../../findings/needs.ts';
import { at } from '../../path.ts';
import type { Rule } from './facts.ts';

/** A metric that counts patients or series needs a source that has them. */
export const metricsFit: Rule = ({ recipe, contract, place }) => {
  const source = contract('source', 'data.source');
  const metrics = at(recipe, ['evaluation', 'metrics']);
  if (!source || metrics?.kind !== 'list') return [];
  return metrics.items.flatMap((_, index) => {
    const metric = contract('metric', `evaluation.metrics[${index}]`);
    const lacking = (['patients', 'series'] as const).find(
      (what) => metric?.needs.includes(what) && source[what] === false,
    );
    const path = ['evaluation', 'metrics', index];
    return metric && lacking ? [metricNeeds(place(...path), path, metric.name, lacking, source.name)] : [];
  });
};
