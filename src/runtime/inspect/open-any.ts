import { IchorError } from '../../errors.ts';
import type { OpenSource, Source } from '../../registry/kinds/source.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { holdsPicturesOf } from '../runs/holds-pictures.ts';
import { openImageFolder } from '../sources/folder.ts';
import { openKaggleFolder } from '../sources/kaggle.ts';
import { picturesNamed } from '../stages/index/records.ts';

/** Places, opened as a run would open them. */
export interface OpenedPlaces {
  /** The source's type. */
  type: string;
  source: OpenSource;
  contract: ReturnType<Source['contract']>;
  /** Of a source that gives pictures: those that channels name, and all that it has. */
  wanted: readonly string[];
  pictures: readonly string[];
}

/** Opens places as the source that fits them: Kaggle's layout where it is there, else any files. Throws as `openImageFolder`. */
export async function openAny(roots: readonly string[]): Promise<{ type: 'rsna' | 'folder'; source: OpenSource }> {
  const [root = ''] = roots;
  try {
    return { type: 'rsna', source: await openKaggleFolder(root, roots) };
  } catch (error) {
    if (!(error instanceof IchorError) || error.code !== 'source-missing') throw error;
    return { type: 'folder', source: await openImageFolder(root, roots) };
  }
}

/**
 * Opens places as the source of a recipe where that gives pictures, since only the recipe says which slices they are of; all
 * else as `openAny`.
 *
 * @throws IchorError (exit 2) what opening the source throws: `table-column`, `pictures-without-table`.
 */
export async function openPlaces(
  roots: readonly string[],
  recipe: ResolvedRecipe,
  registry: Registry,
  { showIds }: { showIds: boolean },
): Promise<OpenedPlaces> {
  const own = recipe.data.source;
  const component = registry.get('source', own.type);
  if (component !== undefined && (await holdsPicturesOf(recipe, roots, registry))) {
    const params = { ...own, root: roots[0] ?? '', showIds };
    const contract = component.contract(params);
    const pictures = Object.keys(contract.pictures ?? {});
    const source = await component.open(params, roots[0] ?? '', roots);
    return { type: own.type, source, contract, wanted: picturesNamed(recipe), pictures };
  }
  const { type, source } = await openAny(roots);
  const known = registry.get('source', type);
  if (known === undefined) throw new TypeError(`source ${type} is not registered`);
  return { type, source, contract: known.contract({ ...own, type } as never), wanted: [], pictures: [] };
}
