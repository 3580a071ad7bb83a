import { metricFigures, metricNeeds } from '../../../diagnostics/findings/needs.ts';
import { at } from '../../../values/path.ts';
import type { Rule } from './facts.ts';

/** A metric that counts patients or series needs a source that has them. */
export const metricsFit: Rule = ({ recipe, contract, place, text }) => {
  const source = contract('source', 'data.source');
  const metrics = at(recipe, ['evaluation', 'metrics']);
  if (!source || metrics?.kind !== 'list') return [];
  // Neighbours are what a rule of consecutive slices counts; one that counts slices needs no order.
  const byOrder = source.order === false && text('evaluation', 'patient', 'rule') !== 'count';
  return metrics.items.flatMap((_, index) => {
    const metric = contract('metric', `evaluation.metrics[${index}]`);
    const needs = metric?.needs ?? [];
    const lacking =
      (['patients', 'series'] as const).find((what) => needs.includes(what) && source[what] === false) ??
      (byOrder && (needs.includes('series') || needs.includes('patients')) ? 'order' : undefined);
    const path = ['evaluation', 'metrics', index];
    return metric && lacking ? [metricNeeds(place(...path), path, metric.name, lacking, source.name)] : [];
  });
};

/** One name stands for one figure: two of them could not be told apart in a table, and the second would hide the first. */
export const figuresDiffer: Rule = (facts) => {
  const metrics = at(facts.recipe, ['evaluation', 'metrics']);
  if (metrics?.kind !== 'list') return [];
  const first = new Map<string, string>();
  return metrics.items.flatMap((_, index) => {
    const own = `evaluation.metrics[${index}]`;
    const figures = facts.figures(own);
    const taken = figures.find((name) => first.has(name));
    for (const name of figures) if (!first.has(name)) first.set(name, own);
    if (taken === undefined) return [];
    const other = first.get(taken) as string;
    const [metric, before] = [own, other].map((path) => facts.contract('metric', path)?.name ?? '');
    const path = ['evaluation', 'metrics', index];
    return [
      metricFigures(facts.place(...path), path, metric as string, taken, { name: before as string, path: other }),
    ];
  });
};
