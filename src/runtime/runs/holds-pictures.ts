import { IchorError } from '../../errors.ts';
import type { OpenSource } from '../../registry/kinds/source.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { openImageFolder } from '../sources/folder.ts';

/** Files that are looked at to tell what a folder holds. */
const MOST_LOOKED_AT = 200;
const PICTURES = /\.(png|jpe?g|tiff?)$/i;

/**
 * Whether a place holds pictures as a trained run's source reads them: its table is there, or files under its paths.
 *
 * @throws IchorError (exit 2) `pictures-without-table` where it holds pictures and nothing says which slices they are; what
 * opening the source throws where its table cannot be read.
 */
export async function holdsPicturesOf(
  trained: ResolvedRecipe,
  roots: readonly string[],
  registry: Registry,
): Promise<boolean> {
  const { type } = trained.data.source;
  const component = registry.get('source', type);
  const [root = ''] = roots;
  if (component?.contract(trained.data.source).gives !== 'pictures') return false;
  if (roots.length === 1) {
    try {
      // Nothing of it is told: what it is called may be a person's name.
      const source = await component.open({ ...trained.data.source, labels: null, showIds: false, root }, root, roots);
      for await (const _ of source.records?.() ?? []) return true;
    } catch (error) {
      if (!(error instanceof IchorError) || error.code !== 'table-missing') throw error;
    }
  }
  if (await namesPictures(await openImageFolder(root, roots))) throw withoutTable(trained, roots.length);
  return false;
}

/** Whether one of a source's first files is a picture by its name. */
export async function namesPictures(source: Pick<OpenSource, 'files'>): Promise<boolean> {
  let count = 0;
  for await (const { path } of source.files()) {
    if (PICTURES.test(path)) return true;
    if (++count >= MOST_LOOKED_AT) break;
  }
  return false;
}

function withoutTable({ data }: ResolvedRecipe, places: number): IchorError {
  const { table } = data.source;
  const where =
    places > 1
      ? 'Name one place that holds pictures and table.'
      : typeof table === 'string'
        ? `Put a table ${table} there, with the columns that the run's recipe names (labels need not be in it).`
        : "Put them under the paths that the run's recipe states (data.source.pictures).";
  return new IchorError(
    'pictures-without-table',
    'There are pictures, and nothing that says which slices they are: the networks read pictures as the source of their run does.',
    where,
    2,
  );
}
