import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { type OpenData, sourceOf } from '../open-data.ts';
import { type Counts, countsOfFiles } from './estimate.ts';

/**
 * What stands in for the counts of index before there is one: the files found, what the source will generate, or the
 * whole of a public set that is not here.
 */
export function countsBeforeIndex(data: OpenData | null, recipe: ResolvedRecipe, registry: Registry): Counts | null {
  const { cost, published } = sourceOf(recipe, registry);
  const made = cost?.(recipe.data.source);
  const perSeries = made?.slices && made.series ? made.slices / made.series : undefined;
  if (data !== null) {
    const train = data.headers.filter(({ file }) => file.set === 'train').length;
    return countsOfFiles(data.headers.length, data.source.labels === null ? 0 : train, recipe, perSeries);
  }
  if (made?.slices !== undefined) return countsOfFiles(made.slices, made.labelled ?? made.slices, recipe, perSeries);
  if (published === undefined) return null;
  const counts = countsOfFiles(published.slices, published.labelled, recipe);
  return recipe.data.limit === null ? { ...counts, series: published.series } : counts;
}
