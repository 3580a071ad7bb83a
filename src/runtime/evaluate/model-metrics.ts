import { IchorError } from '../../errors.ts';
import { LABELS, type Label } from '../../labels.ts';
import type { MetricFigure, MetricInput, ScoredSlice, Side } from '../../registry/kinds.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { ModelMetrics, ModelName, Prevalence, SideMetrics } from '../artifacts/metrics.ts';
import { countSides, type JoinedSlice, sideInput } from './scored.ts';

/** In the order in which they are shown: validation is the headline. */
const SIDES: readonly Side[] = ['validation', 'train', 'test'];

/** Runs every metric of the recipe. Throws `unknown-metric` for a name that the registry lacks. */
export function figuresOf(input: MetricInput, recipe: ResolvedRecipe, registry: Registry): MetricFigure[] {
  return recipe.evaluation.metrics.flatMap((value) => {
    const metric = registry.get('metric', value.type);
    if (metric === undefined) throw new IchorError('unknown-metric', `There is no metric ${value.type}.`, undefined, 2);
    return metric.evaluate(input, value);
  });
}

/** A model on every side that has labels, with the predictors that look at no picture beside it. */
export function modelMetrics(
  model: ModelName,
  series: readonly (readonly JoinedSlice[])[],
  recipe: ResolvedRecipe,
  registry: Registry,
): ModelMetrics {
  const block = recipe[model];
  const rule = recipe.evaluation.patient;
  const train = sideInput(series, 'train', rule).slices;
  const constant = train.length > 0 ? LABELS.map((label) => prevalence(train, label).share) : null;
  const sides = SIDES.flatMap((side): SideMetrics[] => {
    const input = sideInput(series, side, rule);
    if (input.slices.length === 0) return [];
    const baseline = (score: readonly number[], better: MetricFigure['better']) =>
      figuresOf(sideInput(series, side, rule, score), recipe, registry).filter((figure) => figure.better === better);
    return [
      {
        side,
        labelled: countSides(input.slices),
        interpolated: series
          .flat()
          .filter((row) => row.side === side && row.labels !== null && row.how === 'interpolated').length,
        prevalence: Object.fromEntries(LABELS.map((label) => [label, prevalence(input.slices, label)])) as Record<
          Label,
          Prevalence
        >,
        figures: figuresOf(input, recipe, registry),
        baselines: {
          constant: constant && baseline(constant, 'lower'),
          // Only calls: an AUC of equal scores says nothing.
          allPositive: baseline(
            LABELS.map(() => 1),
            'higher',
          ).filter((figure) => figure.truth !== undefined),
        },
      },
    ];
  });
  return { model, component: block === 'none' ? 'none' : block.type, sides };
}

function prevalence(slices: readonly ScoredSlice[], label: Label): Prevalence {
  const positives = slices.filter((slice) => slice.labels[label] === 1).length;
  return { positives, share: positives / slices.length };
}
