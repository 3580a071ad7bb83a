import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { choose } from '../train/components.ts';
import { whyNoProbabilities } from '../train/probability-note.ts';
import type { TableResults } from './results.ts';

/** Which rows' scores are no probabilities by the training of the network whose scores they are, each reason once. */
export function probabilityNotes({ rows }: Pick<TableResults, 'rows'>): string[] {
  const said = new Map<string, string[]>();
  for (const { row } of rows) {
    const recipe = row.baseline === null ? row.runs[0]?.recipe() : undefined;
    if (recipe === undefined) continue;
    const why = whyNoProbabilities(
      recipe.train.endToEnd ?? recipe.train[lastTrained(recipe, row.registry)],
      row.registry,
    );
    if (why !== null) said.set(why, [...(said.get(why) ?? []), row.name]);
  }
  return [...said].map(([why, names]) => `${names.join(', ')}: the network ${why}`);
}

/** The network whose scores are the row's: what a model without weights makes of them keeps them no probabilities. */
function lastTrained({ sequence }: ResolvedRecipe, registry: Registry): 'backbone' | 'sequence' {
  if (sequence === 'none') return 'backbone';
  const { component, params } = choose(registry, 'sequence', sequence);
  return component.contract(params).trains === false ? 'backbone' : 'sequence';
}
