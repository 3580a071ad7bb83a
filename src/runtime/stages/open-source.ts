import type { OpenSource, Source } from '../../registry/kinds/source.ts';
import type { StageContext } from '../stage.ts';

/** Opens the recipe's source, with what its contract says. */
export async function openSource({
  recipe,
  registry,
  sourceRoot,
}: Pick<StageContext, 'recipe' | 'registry' | 'sourceRoot'>): Promise<{
  source: OpenSource;
  contract: ReturnType<Source['contract']>;
}> {
  const params = recipe.data.source;
  const component = registry.get('source', params.type);
  // The recipe was validated: this is a mistake of the program, not of its user.
  if (component === undefined) throw new TypeError(`source ${params.type} is not registered`);
  const roots = typeof sourceRoot === 'string' ? [sourceRoot] : sourceRoot;
  return { source: await component.open(params, roots[0] ?? '', roots), contract: component.contract(params) };
}
