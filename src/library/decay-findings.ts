import { IchorError } from '../errors.ts';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { decayExcludesNothing } from '../registry/diagnostics/findings/contracts.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import { DECAY_EXCLUDED } from '../registry/kinds/optimizer.ts';
import type { Resolution } from '../registry/resolve/resolve.ts';
import { TRAININGS } from '../registry/resolve/steps/contracts/trainings.ts';
import { at, type Path } from '../registry/values/path.ts';
import { trainableOf } from '../runtime/train/layers/spec.ts';
import { jointCost, networkCosts } from '../runtime/train/network-costs.ts';

/** What `decayExclude` names by the last part of a weight's name: known once the networks have been run over shapes. */
export function decayFindings({
  recipe,
  tree,
  registry,
}: Pick<Resolution, 'recipe' | 'tree' | 'registry'>): Diagnostic[] {
  if (recipe === null || tree === null) return [];
  const stated = TRAININGS.flatMap((stage) => {
    const names = (recipe.train[stage]?.optimizer.decayExclude ?? []) as readonly string[];
    // Those that every optimizer excludes a network may lack.
    return names.some((name) => !DECAY_EXCLUDED.includes(name)) ? [{ stage, names }] : [];
  });
  // Networks of schemas alone cannot be run; what keeps one from being built is told where it is built.
  if (stated.length === 0 || registry.all().some(({ schemaOnly }) => schemaOnly)) return [];
  return stated.flatMap(({ stage, names }) => {
    const found = partsOf(stage, recipe, registry);
    if (found === null) return [];
    return names.flatMap((name, i) => {
      if (DECAY_EXCLUDED.includes(name) || found.includes(name)) return [];
      const path: Path = ['train', stage, 'optimizer', 'decayExclude', i];
      return [decayExcludesNothing((at(tree, path) ?? tree).place, path, name, { near: nearest(name, found), found })];
    });
  });
}

/** Last parts of the names of the weights that a stage trains; null where it trains none. */
function partsOf(
  stage: (typeof TRAININGS)[number],
  recipe: NonNullable<Resolution['recipe']>,
  registry: Resolution['registry'],
): readonly string[] | null {
  try {
    const cost = stage === 'endToEnd' ? jointCost(recipe, registry) : networkCosts(recipe, registry)[stage];
    return cost && [...new Set(trainableOf(cost.spec).map((name) => name.slice(name.lastIndexOf('/') + 1)))];
  } catch (error) {
    if (error instanceof IchorError) return null;
    throw error;
  }
}
