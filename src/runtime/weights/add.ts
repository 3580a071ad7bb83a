import { basename, resolve } from 'node:path';
import { IchorError } from '../../errors.ts';
import { constants, copyFile, mkdir, open, rename, rm, stat } from '../../files/fs.ts';
import { explainSystemError, isSystemError } from '../../files/system-error.ts';
import { withoutPassword } from '../download/address.ts';
import { addFile, Digests, HASH_NAMES } from '../download/hash-file.ts';
import { takeLock } from '../store/lock.ts';
import { folderName, lookUp, placeOf, removeIfEmpty, weightsCacheFolder, writeRecord } from './cache.ts';
import type { KnownWeights } from './known.ts';
import { cacheProblem, noCache } from './problems.ts';
import { type Wanted, wantedOf } from './published.ts';

export interface AddOptions {
  /** What a recipe names with `{ url, sha256 }`: taken although no backbone knows it. */
  sha256?: string;
  signal?: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

export interface AddedWeights {
  /** In the cache. */
  path: string;
  bytes: number;
  md5: string;
  sha256: string;
  /** Whose published weights it is; none where only `sha256` named it. */
  of: KnownWeights[];
  /** It was in the cache already. */
  present: boolean;
}

/**
 * Copies a file of weights into the cache, as if it had been fetched. What it is is found by its hash, whatever it is called.
 * @throws IchorError `weights-file-missing`, `weights-file-unknown`, `weights-address` (exit 2), `cache-unwritable`, `disk-full`
 */
export async function addWeights(
  file: string,
  known: readonly KnownWeights[],
  options: AddOptions = {},
): Promise<AddedWeights> {
  const { env = process.env, signal } = options;
  const path = resolve(file);
  const hashes = await hashesOf(path, signal);
  const stated = options.sha256 === undefined ? null : named(path, hashes, options.sha256);
  const of = known.filter(({ published }) => {
    const { algorithm, hex } = wantedOf(published);
    return hashes[algorithm] === hex;
  });
  if (of.length === 0 && stated === null) throw unknownFile(path, hashes, known);
  const root = weightsCacheFolder(env);
  if (root === null) throw noCache();
  // One that is published with two hashes, or twice, has as many places.
  const places = new Map<string, Wanted>();
  for (const wanted of [...(stated ? [stated] : []), ...of.map(({ published }) => wantedOf(published))])
    places.set(folderName(wanted), wanted);
  let added: { path: string; present: boolean } | null = null;
  for (const wanted of places.values()) {
    try {
      const one = await put(
        path,
        root,
        wanted,
        { ...hashes, url: wanted === stated ? null : withoutPassword(wanted.url) },
        signal,
      );
      added ??= one;
    } catch (error) {
      throw cacheProblem(error, root, wanted);
    }
  }
  return { ...hashes, of, path: added!.path, present: added!.present };
}

interface Hashes {
  bytes: number;
  md5: string;
  sha256: string;
}

async function hashesOf(path: string, signal?: AbortSignal): Promise<Hashes> {
  const digests = new Digests(['md5', 'sha256']);
  try {
    if (!(await stat(path)).isFile())
      throw new IchorError('weights-file-missing', `${path} is no file.`, 'Name the file of weights itself.', 2);
    await addFile(digests, path, signal);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const { code } = error;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw explainSystemError(error);
    throw new IchorError('weights-file-missing', `There is no file ${path}.`, 'Look at its path and name.', 2);
  }
  return { bytes: digests.bytes, ...digests.soFar() };
}

/** A file that a recipe will name by its hash: it has no address of its own here. */
function named(path: string, hashes: Hashes, sha256: string): Wanted {
  const wanted = wantedOf({ url: `https://file/${encodeURIComponent(basename(path))}`, sha256 });
  if (wanted.hex === hashes.sha256) return wanted;
  throw new IchorError(
    'weights-file-unknown',
    `${path} is another file: its SHA-256 is ${hashes.sha256}, not ${wanted.hex}.`,
    'Look whether it came whole, and whether it is the one that the recipe names.',
    2,
  );
}

async function put(
  source: string,
  root: string,
  wanted: Wanted,
  { bytes, md5, sha256, url }: Hashes & { url: string | null },
  signal: AbortSignal | undefined,
): Promise<{ path: string; present: boolean }> {
  const { folder, path, lock: lockFile } = placeOf(root, wanted);
  await mkdir(folder, { recursive: true });
  const lock = await takeLock(lockFile, signal ? { signal } : {});
  // Not the part of a download, which goes on from where it was.
  const aside = `${path}.added.part`;
  try {
    const before = await lookUp(root, wanted);
    if (before.state === 'cached') return { path: before.path, present: true };
    await mkdir(folder, { recursive: true });
    await copyFile(source, aside, constants.COPYFILE_FICLONE);
    // The copy is what is used: what was copied may have changed meanwhile.
    const copied = new Digests(['md5', 'sha256']);
    await addFile(copied, aside, signal);
    if (copied.soFar()[wanted.algorithm] !== wanted.hex)
      throw new IchorError(
        'weights-file-unknown',
        `${source} changed while it was copied.`,
        'Wait until it is whole, then add it again.',
      );
    const handle = await open(aside, 'r+');
    await handle.sync().finally(() => handle.close());
    if (before.state !== 'missing') await rm(before.path, { force: true });
    await rename(aside, path);
    const fetched = new Date().toISOString();
    await writeRecord(folder, {
      file: wanted.file,
      url,
      from: source,
      bytes,
      md5,
      sha256,
      licence: wanted.licence,
      fetched,
    });
    return { path, present: false };
  } finally {
    await rm(aside, { force: true });
    await removeIfEmpty(folder);
    await lock.release();
  }
}

function unknownFile(path: string, { md5, sha256 }: Hashes, known: readonly KnownWeights[]): IchorError {
  const lines = known.map(({ backbone, name, published }) => {
    const { algorithm, hex, file } = wantedOf(published);
    return `\n    ${HASH_NAMES[algorithm]} ${hex}  ${backbone}:${name}  ${file}`;
  });
  return new IchorError(
    'weights-file-unknown',
    `${path} is not a file that a backbone knows: its MD5 is ${md5}, its SHA-256 ${sha256}.`,
    `To use it as it is, write \`weights: { file: ${JSON.stringify(basename(path))} }\` with its path in the recipe; where a recipe names it by address, add --sha256 ${sha256}. ` +
      `Known:${lines.join('') || ' none.'}`,
    2,
  );
}
