import type { ResolvedRecipe } from './recipe.ts';
import type { Registry } from './registry.ts';

/** What stands beside every number of a run whose recipe accepts a finding: `accept: [leak]`. */
export type Stamp = 'LEAKY SPLIT';

/** Codes that `accept` may name. Everything else that is an error makes figures that mean nothing at all. */
export const ACCEPTABLE = ['leak'] as const;

/**
 * The stamps of a resolved recipe, in the order in which they are shown; mostly none. A split that is not by patient
 * lets networks validate on patients whose labels they saw: `ichor check` refuses it, or the recipe accepts it and is
 * stamped. The stamp follows from the split itself, so that nothing but another split takes it away.
 */
export function stampsOf(recipe: Pick<ResolvedRecipe, 'data'>, registry: Registry): Stamp[] {
  const { split } = recipe.data;
  return registry.get('split', split.type)?.contract(split).by === 'slice' ? ['LEAKY SPLIT'] : [];
}
