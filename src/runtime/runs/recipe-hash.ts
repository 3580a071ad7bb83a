import { NOT_IN_KEYS } from '../../registry/language/language.ts';
import { bestMetric, type ResolvedRecipe, type TrainBlock } from '../../registry/recipe.ts';
import { hashOf } from '../store/key.ts';

/**
 * SHA-256 of a resolved recipe without what says nothing about its result: the source's root, what it claims about its
 * neighbours, how it was resolved and where its plugins lie. The recipe of a run hashes to what it was made from.
 */
export function recipeHash(recipe: ResolvedRecipe): string {
  const hidden: readonly string[] = NOT_IN_KEYS;
  const { root: _, ...source } = recipe.data.source;
  const train = { backbone: trained(recipe.train.backbone), sequence: trained(recipe.train.sequence) };
  const shown = Object.entries({ ...recipe, data: { ...recipe.data, source }, train }).filter(
    // A field that came later counts only where it says something: what ran before it was there stays what it was.
    ([key, value]) => !hidden.includes(key) && !(key === 'calibration' && value === 'none'),
  );
  return hashOf(Object.fromEntries(shown));
}

/** How often a training was kept on its way says nothing of its result; `earlyStopping` came later. */
function trained({ checkpoint, earlyStopping, ...block }: TrainBlock) {
  const best = bestMetric(checkpoint);
  return { ...block, checkpoint: best === null ? 'last' : { best }, ...(earlyStopping ? { earlyStopping } : {}) };
}
