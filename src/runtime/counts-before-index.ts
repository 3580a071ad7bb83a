import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { type Counts, countsOfFiles } from './estimate.ts';
import { type OpenData, sourceOf } from './open-data.ts';

/** What stands in for the counts of index before there is one: the files found, or what the source will generate. */
export function countsBeforeIndex(data: OpenData | null, recipe: ResolvedRecipe, registry: Registry): Counts | null {
  if (data !== null) {
    const train = data.headers.filter(({ file }) => file.set === 'train').length;
    return countsOfFiles(data.headers.length, data.source.labels === null ? 0 : train, recipe);
  }
  const slices = sourceOf(recipe, registry).cost?.(recipe.data.source).slices;
  return slices === undefined ? null : countsOfFiles(slices, slices, recipe);
}
