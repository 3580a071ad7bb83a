import { ANY, LABELS, type SliceLabels } from '../../labels.ts';
import type { MetricInput, ScoredSeries } from '../kinds.ts';
import type { ResolvedRecipe } from '../recipe.ts';
import type { Registry } from '../registry.ts';

/**
 * Names of the figures that a recipe's evaluation will give: its metrics are asked with a handful of made-up slices,
 * because names follow from parameters and the patient rule. Null where a metric cannot be asked: its plugin's code was
 * not to run.
 */
export function figureNames(recipe: ResolvedRecipe, registry: Registry): readonly string[] | null {
  const names: string[] = [];
  for (const value of recipe.evaluation.metrics) {
    const metric = registry.get('metric', value.type);
    if (metric === undefined || metric.schemaOnly) return null;
    try {
      names.push(...metric.evaluate(asked(recipe.evaluation.patient), value).map(({ name }) => name));
    } catch {
      // What fails on made-up slices may be right about real ones: nothing is known, and the run will tell.
      return null;
    }
  }
  return names;
}

/** Two patients, a positive and a negative one, of four slices each. */
function asked(patient: MetricInput['patient']): MetricInput {
  const series = [1, 0].map((positive): ScoredSeries => {
    const labels = Object.fromEntries(LABELS.map((label) => [label, positive])) as unknown as SliceLabels;
    const id = `asked-${positive}`;
    const slices = Array.from({ length: 4 }, (_, i) => ({
      slice: `${id}-${i}`,
      series: id,
      patient: id,
      labels,
      probabilities: LABELS.map(() => 0.2 + 0.6 * positive),
    }));
    const positions = slices.map(({ probabilities }) => ({
      any: probabilities[ANY] ?? 0,
      truth: positive as 0 | 1,
      probabilities,
      labels,
    }));
    return { series: id, patient: id, slices, positions };
  });
  return { slices: series.flatMap((one) => one.slices), series, patient };
}
