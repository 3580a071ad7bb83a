import { isAbsolute, relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IchorError } from '../errors.ts';
import { realpath } from '../files/fs.ts';
import { keepPathsPrivate } from '../files/private-paths.ts';
import { resolveStated } from '../files/stated-path.ts';
import type { OpenSource, Source } from '../registry/kinds/source.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import type { Emit } from './events.ts';
import { type Look, type LookedFile, type LookMemory, lookAt } from './look/look.ts';
import { lookText } from './look/look-text.ts';
import { sourceRoots } from './source-roots.ts';
import { type HeaderCache, placesOf } from './sources/fingerprint.ts';
import { identitiesOf } from './sources/identities.ts';
import { isInTwoPlaces, withLabels } from './sources/labels-file.ts';
import { mounts } from './sources/open-tree.ts';
import { hashOf } from './store/key.ts';

/** The data of a recipe whose source does not generate: opened, its files looked at. */
export interface OpenData {
  /** Absolute, one or several. */
  roots: readonly string[];
  source: OpenSource;
  /** What enters the key of index. */
  fingerprint: string;
  /** Every file, with the hash of its header. */
  headers: readonly LookedFile[];
  look: Look;
}

export interface OpenDataOptions {
  recipe: ResolvedRecipe;
  registry: Registry;
  /** Relative data paths start here. */
  workspace: string;
  identity: Buffer;
  emit: Emit;
  signal: AbortSignal;
  /** Keeps the headers for index. */
  cache?: HeaderCache;
  /** Data that were opened before, for the points of a sweep: their headers are read once. */
  opened?: Map<string, OpenData>;
  /** Where it is kept what the files were when they were last looked at; nothing is known, and all are read, without. */
  memory?: LookMemory | null;
  /** A file of the same size is taken to be the same: for drives without times. */
  trustSizes?: boolean;
  /** Says which files were read again. */
  tells?: boolean;
}

/** The recipe's own table of labels, as a path of this machine; null where it names none. */
export const labelsFileOf = ({ data }: ResolvedRecipe, workspace: string): string | null =>
  data.labels.file === null ? null : resolveStated(data.labels.file, workspace);

/** The recipe's source component. */
export function sourceOf(recipe: ResolvedRecipe, registry: Registry): Source {
  const source = registry.get('source', recipe.data.source.type);
  if (source === undefined) throw new TypeError(`source ${recipe.data.source.type} is not registered`);
  return source;
}

/** Null for a source that generates. Throws IchorError `source-missing` (exit 2) where its folder is not there. */
export async function openData(options: OpenDataOptions): Promise<OpenData | null> {
  const { recipe, registry, workspace, identity, emit, signal, cache } = options;
  const source = sourceOf(recipe, registry);
  if (source.generate !== undefined) return null;
  const { identities } = source.contract(recipe.data.source);
  const roots = resolveRoots(source, recipe, workspace, identities);
  const names = identitiesOf(identities, identity);
  // A plan without a key has one of zeros, whose hashes anybody could make.
  const hasKey = identity.some((byte) => byte !== 0);
  if (names.private)
    for (const [root, at] of await mounts(roots))
      keepPathsPrivate(root, (path) => (hasKey ? names.name('file', at === '' ? path : `${at}/${path}`) : null));
  const key = hashOf([recipe.data.source, roots, { ...recipe.data.labels }]);
  const before = options.opened?.get(key);
  if (before) {
    sayBeside(before.source, emit);
    return before;
  }
  await sayStoreWithin(roots, options);
  const found = await source.open(recipe.data.source, roots[0] ?? '', roots);
  const path = labelsFileOf(recipe, workspace);
  if (path !== null) await sayTables(found, recipe.data.labels.file ?? '', { path, isPrivate: names.private, emit });
  const own = { isPrivate: names.private, labelled: source.contract(recipe.data.source).labels };
  const opened = path === null ? found : await withLabels(found, recipe.data.labels, { path, ...own });
  sayBeside(opened, emit);
  const { look, readings } = await lookAt(opened, {
    identities: identitiesOf(identities, identity),
    key: identity,
    memory: options.memory ?? null,
    ...(options.trustSizes === undefined ? {} : { trustSizes: options.trustSizes }),
    // Identities that are private are HMACs under a local key, so the key is a part of what index makes.
    named: (hash) => (identities === 'public' ? hash : hashOf([hash, hashOf(identity.toString('hex'))])),
    signal,
    progress: async (done, total, unit, note) => {
      emit({ type: 'progress', stage: 'source', done, total, unit, note });
      await nextTurn();
      signal.throwIfAborted();
    },
  });
  if (readings !== null) cache?.put(placesOf(opened), readings);
  await keepLook(look, options);
  const data = { roots, source: opened, fingerprint: fingerprintOf(look), headers: look.files, look };
  options.opened?.set(key, data);
  return data;
}

/** A hidden one (`.ichor`) lies in many workspaces that are the data folder too: nobody takes that for data. */
async function sayStoreWithin(roots: readonly string[], { memory, emit }: OpenDataOptions): Promise<void> {
  if (!memory) return;
  const real = (path: string) => realpath(path).catch(() => path);
  const store = await real(memory.storeRoot);
  for (const root of roots) {
    const path = relative(await real(root), store);
    if (isAbsolute(path) || path.split(sep).some((part) => part.startsWith('.'))) continue;
    const where = path === '' ? 'is the data folder itself' : 'lies in the data folder';
    emit({
      type: 'note',
      stage: 'source',
      level: 'info',
      message: `The store ${where}: what it holds is no data, and is left out when the files are listed. Another place: --store DIR`,
    });
    return;
  }
}

/** No notes of index: what lies beside the data, and is not read, is no part of its key, and may come and go. */
function sayBeside(source: OpenSource, emit: Emit): void {
  sayPassedOver(source, emit);
  if (source.noSubmission === undefined) return;
  emit({
    type: 'note',
    stage: 'source',
    level: 'warning',
    code: 'sample-not-a-file',
    message: source.noSubmission,
    hint: 'The submission is made without it, and not checked. Put Kaggle’s file in its place.',
  });
}

/** Two tables of labels of one name: somebody may mean the other. */
async function sayTables(
  source: OpenSource,
  stated: string,
  { path, isPrivate, emit }: { path: string; isPrivate: boolean; emit: Emit },
): Promise<void> {
  if (!(await isInTwoPlaces(source, stated, path))) return;
  emit({
    type: 'note',
    stage: 'source',
    level: 'warning',
    code: 'labels-in-two-places',
    message: `${isPrivate ? 'The table that data.labels.file names' : `${stated} (data.labels.file)`} lies in the folder of the source and in the workspace, and the two differ: that of the source is read.`,
    hint: 'Where the other is meant, name it by its absolute path; else take it away.',
  });
}

/** Two sets in one folder: somebody may mean the other. */
function sayPassedOver({ passedOver = [] }: OpenSource, emit: Emit): void {
  if (passedOver.length === 0) return;
  const more = passedOver.length > MOST_NAMED ? `, and ${passedOver.length - MOST_NAMED} more` : '';
  const message = `Beside the data lies ${passedOver.slice(0, MOST_NAMED).join(', ')}${more}: of the same kind, and not read.`;
  const hint = 'Kaggle’s names are read, stage 2 before stage 1. Move away what is not meant, or give it such a name.';
  emit({ type: 'note', stage: 'source', level: 'warning', code: 'other-set-there', message, hint });
}

const MOST_NAMED = 5;

/** Files whose pixels changed stand beside the headers' fingerprint; without any, it stands alone. */
const fingerprintOf = ({ headersFingerprint, changed }: Look): string =>
  changed.size === 0 ? headersFingerprint : hashOf([headersFingerprint, [...changed]]);

async function keepLook(look: Look, { emit, tells = false }: OpenDataOptions): Promise<void> {
  const { files, first, moved, unsure, compared, changed } = look.counts;
  if (tells && moved + changed > 0)
    emit({ type: 'note', stage: 'source', level: 'info', message: lookText(look.counts) });
  if (first + moved + unsure + compared === 0) return;
  const why = await look.keep();
  if (why === null) return;
  const message = `What ${files} files hold could not be kept beside the store (${why}): they are read again the next time.`;
  emit({ type: 'note', stage: 'source', level: 'info', message });
}

function resolveRoots(
  source: Source,
  recipe: ResolvedRecipe,
  workspace: string,
  identities: 'public' | 'private',
): string[] {
  const roots = sourceRoots(recipe.data.source, workspace);
  if (roots.length > 0) return roots;
  const why = identities === 'private' ? ': a private folder is never written into the recipe of a run' : '';
  throw new IchorError(
    'source-missing',
    `The recipe names no folder for its source \`${source.name}\`${why}.`,
    'Say where the data are: --set data.source.root=DIR',
    2,
  );
}
