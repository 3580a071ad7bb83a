import { isAbsolute, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IchorError } from '../errors.ts';
import type { OpenSource, Source } from '../registry/kinds/source.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import type { HeaderReading } from './dicom/read-header.ts';
import type { Emit } from './events.ts';
import { type HeaderCache, sourceFingerprint } from './sources/fingerprint.ts';
import { hashOf } from './store/key.ts';

/** The data of a recipe whose source does not generate: opened, its headers read. */
export interface OpenData {
  root: string;
  source: OpenSource;
  /** What enters the key of index. */
  fingerprint: string;
  headers: readonly HeaderReading[];
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
}

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
  const root = resolveRoot(source, recipe, workspace, identities);
  const key = hashOf([recipe.data.source, root]);
  const before = options.opened?.get(key);
  if (before) return before;
  const opened = await source.open(recipe.data.source, root);
  const { hash, headers } = await sourceFingerprint(opened, {
    ...(cache === undefined ? {} : { cache }),
    signal,
    progress: async (done, total, unit) => {
      emit({ type: 'progress', stage: 'source', done, total, unit, note: 'reading headers' });
      await nextTurn();
      signal.throwIfAborted();
    },
  });
  // Identities that are private are HMACs under a local key, so the key is a part of what index makes.
  const fingerprint = identities === 'public' ? hash : hashOf([hash, hashOf(identity.toString('hex'))]);
  const data = { root, source: opened, fingerprint, headers };
  options.opened?.set(key, data);
  return data;
}

function resolveRoot(
  source: Source,
  recipe: ResolvedRecipe,
  workspace: string,
  identities: 'public' | 'private',
): string {
  const stated = recipe.data.source.root;
  if (typeof stated === 'string' && stated !== '') return isAbsolute(stated) ? stated : resolve(workspace, stated);
  const why = identities === 'private' ? ': a private folder is never written into the recipe of a run' : '';
  throw new IchorError(
    'source-missing',
    `The recipe names no folder for its source \`${source.name}\`${why}.`,
    'Say where the data are: --set data.source.root=DIR',
    2,
  );
}
