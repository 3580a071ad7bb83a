import type { ResolvedRecipe } from '../recipe.ts';
import type { Registry } from '../registry.ts';
import { askedMetrics } from './asked-metrics.ts';

/** Names of the figures that a recipe's evaluation will give; null where a metric cannot be asked. */
export function figureNames(recipe: ResolvedRecipe, registry: Registry): readonly string[] | null {
  return askedMetrics(recipe, registry)?.flatMap(({ figures }) => figures.map(({ name }) => name)) ?? null;
}
