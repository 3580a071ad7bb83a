import type { Source } from './kinds/source.ts';
import { labelsGiven } from './label-columns.ts';
import type { ResolvedRecipe } from './recipe.ts';
import type { Registry } from './registry.ts';

/** What a recipe's source declares, with the labels that a table of the recipe's own (`data.labels.file`) adds. */
export function sourceContract(
  { data }: Pick<ResolvedRecipe, 'data'>,
  registry: Registry,
): ReturnType<Source['contract']> {
  const source = registry.get('source', data.source.type);
  // The recipe was validated: this is a mistake of the program, not of its user.
  if (source === undefined) throw new TypeError(`source ${data.source.type} is not registered`);
  const contract = source.contract(data.source);
  const { file = null, columns = null } = data.labels;
  if (file === null) return contract;
  const { labelNames: _, ...own } = contract;
  return { ...own, labels: true, ...(columns === null ? {} : { labelNames: labelsGiven(columns) }) };
}
