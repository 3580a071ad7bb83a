import { NOT_IN_KEYS } from '../../registry/language/language.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { hashOf } from '../store/key.ts';

/**
 * SHA-256 of a resolved recipe without what says nothing about its result: the source's root, what it claims about its
 * neighbours, how it was resolved and where its plugins lie. The recipe of a run hashes to what it was made from.
 */
export function recipeHash(recipe: ResolvedRecipe): string {
  const hidden: readonly string[] = NOT_IN_KEYS;
  const { root: _, ...source } = recipe.data.source;
  const shown = Object.entries({ ...recipe, data: { ...recipe.data, source } }).filter(
    // A field that came later counts only where it says something: what ran before it was there stays what it was.
    ([key, value]) => !hidden.includes(key) && !(key === 'calibration' && value === 'none'),
  );
  return hashOf(Object.fromEntries(shown));
}
