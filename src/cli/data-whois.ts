import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IchorError } from '../errors.ts';
import { visibleLine } from '../registry/diagnostics/odd-characters.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { hashOfName, type KnownName, type SearchedPlace, whois } from '../runtime/inspect/whois.ts';
import { number } from '../runtime/notices/words.ts';
import { sourceRoots } from '../runtime/source-roots.ts';
import { readablePath } from '../runtime/sources/paths.ts';
import { readIdentityKey } from '../runtime/store/identity.ts';
import type { IdentityKey } from '../runtime/store/identity-key.ts';
import { readPlaces, readStatedPlaces } from '../runtime/store/key-places.ts';
import { interruptible } from './interrupt.ts';
import { envelope, jsonError } from './json.ts';
import { storeRoot } from './paths.ts';
import { progressReporter } from './progress.ts';
import { loadRecipe } from './recipe.ts';
import { openRegistry } from './registry.ts';
import { writeOut } from './streams.ts';

export interface WhoisOptions {
  in: string[];
  /** Reads pictures as the source of this recipe does. */
  recipe?: string;
  store?: string;
  json?: boolean;
  quiet?: boolean;
}

/** `ichor data whois HASH…`: what private names stand for, on standard output alone. */
export async function whoisCommand(names: readonly string[], options: WhoisOptions): Promise<number> {
  const hashes = names.map(hashOfName);
  const key = await readIdentityKey(storeRoot(options.store, findWorkspace(process.cwd())));
  if (key === null)
    throw new IchorError(
      'identity-key-missing',
      'The key that private names are made with is not on this machine, so that nobody can tell here what they stand for.',
      'Ask on the machine where the run was made, or name the key: --identity-key NAME|FILE.',
      2,
    );
  const recipe = options.recipe === undefined ? undefined : await picturesOf(options.recipe, openRegistry());
  if (recipe === null) return 2;
  const stated = options.in.map((place) => resolve(place));
  const places = await placesOf(key, stated, recipe);
  if (places.length === 0)
    throw new IchorError(
      'whois-nowhere',
      'No private data were read with this key by this user, so that there is nothing to look through.',
      'Name the data: --in DIR.',
      2,
    );
  const report = progressReporter({ quiet: options.quiet === true || options.json === true });
  const signal = interruptible();
  const { found, unreadable } = await whois(hashes, places, key.key, {
    registry: recipe?.registry ?? openRegistry(),
    signal,
    async progress(done, total, unit) {
      report({ type: 'progress', stage: 'whois', done, total, unit });
      await nextTurn();
    },
  });
  for (const message of unreadable) report({ type: 'note', level: 'info', message });
  const searched = new Set(places.map(({ roots }) => roots.join('\n'))).size;
  const missing = hashes.filter((hash) => !found.some((one) => one.hash.startsWith(hash)));
  const unknown = new IchorError(
    'unknown-private-name',
    `${missing.join(', ')}: no name in ${number(searched)} ${searched === 1 ? 'place' : 'places'} has this hash under the key ${key.fingerprint}.`,
    stated.length > 0
      ? 'It may be of other data, or made with another key: --identity-key NAME|FILE.'
      : 'Name its data if they lie elsewhere now, --in DIR; or it was made with another key: --identity-key NAME|FILE.',
    2,
  );
  if (options.json)
    await writeOut(
      `${JSON.stringify({ ...envelope(missing.length === 0), found, missing, ...(missing.length === 0 ? {} : { failure: jsonError(unknown) }) }, null, 2)}\n`,
    );
  else for (const one of found) await writeOut(`${one.what} ${one.hash}  ${visibleLine(nameOf(one))}${rowOf(one)}\n`);
  if (missing.length > 0) throw unknown;
  return 0;
}

/** The source of a recipe that reads pictures; null where it does not resolve, which is said. */
async function picturesOf(file: string, registry: Registry): Promise<RecipeSource | null> {
  const { recipe, registry: own } = await loadRecipe(file, {}, registry);
  if (recipe === null) return null;
  const { source } = recipe.data;
  if (own.get('source', source.type)?.contract(source).gives === 'pictures') return { source, registry: own };
  throw new IchorError(
    'wrong-call',
    `data whois: the source ${source.type} of that recipe reads no pictures.`,
    'Files that say themselves what they are need no recipe: leave --recipe away.',
    2,
  );
}

interface RecipeSource {
  source: ResolvedRecipe['data']['source'];
  registry: Registry;
}

/** Where to look: what was read with the key, or what is stated, read in each way in which anything was read. */
async function placesOf(
  key: IdentityKey,
  stated: readonly string[],
  recipe: RecipeSource | undefined,
): Promise<SearchedPlace[]> {
  const sources = await readStatedPlaces(key);
  if (stated.length === 0) {
    const roots = recipe === undefined ? [] : sourceRoots(recipe.source, findWorkspace(process.cwd()));
    const own = recipe === undefined || roots.length === 0 ? [] : [{ roots, source: recipe.source }];
    return [...own, ...sources, ...(await readPlaces(key)).map((one) => ({ roots: one }))];
  }
  const ways =
    recipe === undefined
      ? sources.map(({ source }) => ({ roots: stated, source, guessed: true }))
      : [{ roots: stated, source: recipe.source }];
  return [...ways, { roots: stated }];
}

/** What a table says of a slice. */
function rowOf({ row }: KnownName): string {
  if (row === undefined) return '';
  const { patient, files, line } = row;
  const parts = [
    ...(patient === '' ? [] : [`patient ${visibleLine(patient)}`]),
    ...(line === null ? [] : [`line ${number(line)} of the table`]),
    ...files.map((file) => visibleLine(readablePath(file))),
  ];
  return `  (${parts.join(', ')})`;
}

/** A file with its place where that is one; everything else as it stands in the files. */
function nameOf({ what, name, places }: KnownName): string {
  const [root, ...more] = places;
  return what === 'file' && root !== undefined && more.length === 0 ? join(root, readablePath(name)) : name;
}
