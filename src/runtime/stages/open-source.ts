import type { OpenSource, Source } from '../../registry/kinds/source.ts';
import { sourceContract } from '../../registry/source-contract.ts';
import { withLabels } from '../sources/labels-file.ts';
import type { StageContext } from '../stage.ts';

/** Opens the recipe's source, with what its contract says. */
export async function openSource({
  recipe,
  registry,
  sourceRoot,
  labelsFile = null,
}: Pick<StageContext, 'recipe' | 'registry' | 'sourceRoot' | 'labelsFile'>): Promise<{
  source: OpenSource;
  contract: ReturnType<Source['contract']>;
}> {
  const params = recipe.data.source;
  const component = registry.get('source', params.type);
  // The recipe was validated: this is a mistake of the program, not of its user.
  if (component === undefined) throw new TypeError(`source ${params.type} is not registered`);
  const roots = typeof sourceRoot === 'string' ? [sourceRoot] : sourceRoot;
  const opened = await component.open(params, roots[0] ?? '', roots);
  const own = component.contract(params);
  if (labelsFile === null) return { source: opened, contract: own };
  const how = { path: labelsFile, isPrivate: own.identities === 'private', labelled: own.labels };
  return { source: await withLabels(opened, recipe.data.labels, how), contract: sourceContract(recipe, registry) };
}
