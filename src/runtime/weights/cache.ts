import { join, resolve } from 'node:path';
import { readdir, readFile, rm, stat } from '../../files/fs.ts';
import { hasForm, isNumber, isText, jsonOf, NotJson, orNull } from '../../files/json.ts';
import { systemCode } from '../../files/system-error.ts';
import { replaceFile } from '../../files/write.ts';
import { cacheFolder } from '../download/cache-folder.ts';
import type { Algorithm } from '../download/hash-file.ts';
import type { Wanted } from './published.ts';

/** What stands in `weights.json` beside each file of the cache. */
export interface WeightsRecord {
  /** Name of the file beside it. */
  file: string;
  /** Where it is published; null where nobody said so. */
  url: string | null;
  /** Where it came from: an address (a mirror's) without a password, or a path. */
  from: string;
  bytes: number;
  md5: string;
  sha256: string;
  licence: string | null;
  /** ISO time. */
  fetched: string;
  /** The file's time when its hash was last compared: a file of another time or size is not taken unseen. */
  mtimeMs: number;
}

const isRecord = hasForm({
  file: (value) => isText(value) && value !== '' && !/[\\/]/.test(value) && !value.startsWith('.'),
  url: orNull(isText),
  from: isText,
  bytes: isNumber,
  md5: isText,
  sha256: isText,
  licence: orNull(isText),
  fetched: isText,
  mtimeMs: isNumber,
});

const RECORD = 'weights.json';

/** Holds a folder per file, named by its hash: `md5-4d47…/`. Null where the user has no home folder. */
export function weightsCacheFolder(env?: NodeJS.ProcessEnv): string | null {
  const cache = cacheFolder(env);
  return cache === null ? null : resolve(cache, 'weights');
}

export const folderName = ({ algorithm, hex }: Pick<Wanted, 'algorithm' | 'hex'>): string => `${algorithm}-${hex}`;

/** Where a file of weights lies, or would lie. */
export function placeOf(root: string, wanted: Wanted): { folder: string; path: string; part: string; lock: string } {
  const folder = join(root, folderName(wanted));
  const path = join(folder, wanted.file);
  return { folder, path, part: `${path}.part`, lock: `${folder}.lock` };
}

/** What is in the place of a file of weights. */
export type CacheState =
  /** It is there, of the size and time that it had when its hash was compared. */
  | { state: 'cached'; path: string; record: WeightsRecord }
  /** A file is there, and nobody has compared its hash: somebody put it there. */
  | { state: 'unchecked'; path: string }
  /** A file is there, of another size or time than when its hash was compared. */
  | { state: 'changed'; path: string; record: WeightsRecord }
  | { state: 'missing' };

/** Looks, and reads no weights. Throws the system's own errors but for what is not there. */
export async function lookUp(root: string, wanted: Wanted): Promise<CacheState> {
  const { folder, path } = placeOf(root, wanted);
  const record = await readRecord(folder);
  if (record !== null && record[wanted.algorithm] === wanted.hex) {
    const recorded = join(folder, record.file);
    const found = await statIfThere(recorded);
    if (found === null) return { state: 'missing' };
    const same = found.size === record.bytes && found.mtimeMs === record.mtimeMs;
    return { state: same ? 'cached' : 'changed', path: recorded, record };
  }
  return (await statIfThere(path)) === null ? { state: 'missing' } : { state: 'unchecked', path };
}

/** Null where there is none, or none that can be used: the file is then compared anew. */
export async function readRecord(folder: string): Promise<WeightsRecord | null> {
  try {
    return jsonOf<WeightsRecord>(await readFile(join(folder, RECORD), 'utf8'), isRecord);
  } catch (error) {
    if (error instanceof NotJson || isAbsence(error)) return null;
    throw error;
  }
}

/** Notes what was compared just now: the file has to be in its place. */
export async function writeRecord(folder: string, record: Omit<WeightsRecord, 'mtimeMs'>): Promise<void> {
  const { mtimeMs } = await stat(join(folder, record.file));
  await replaceFile(join(folder, RECORD), `${JSON.stringify({ ...record, mtimeMs }, null, 2)}\n`);
}

/** What failed leaves no empty folder. */
export async function removeIfEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => null);
  if (names?.length === 0) await rm(folder, { recursive: true, force: true });
}

/** A folder of the cache. */
export interface CacheEntry {
  folder: string;
  algorithm: Algorithm;
  hex: string;
  record: WeightsRecord | null;
  /** The files in it that are no record and no part, and the parts of downloads that were interrupted. */
  files: string[];
  parts: string[];
}

/** All that is in the cache, by the folders' names. Nothing where there is no cache. */
export async function cacheEntries(root: string): Promise<CacheEntry[]> {
  const entries: CacheEntry[] = [];
  for (const name of (await namesIfThere(root)).sort()) {
    const parsed = /^(?:(md5)-([0-9a-f]{32})|(sha256)-([0-9a-f]{64}))$/.exec(name);
    if (parsed === null) continue;
    const folder = join(root, name);
    const names = (await namesIfThere(folder)).filter((each) => each !== RECORD && !each.startsWith('.'));
    const isPart = (each: string) => /\.part$/.test(each);
    entries.push({
      folder,
      algorithm: (parsed[1] ?? parsed[3]) as Algorithm,
      hex: parsed[2] ?? parsed[4] ?? '',
      record: await readRecord(folder),
      files: names.filter((each) => !/\.(part|part\.json|tmp)$/.test(each)),
      parts: names.filter(isPart),
    });
  }
  return entries;
}

async function namesIfThere(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isAbsence(error)) return [];
    throw error;
  });
}

async function statIfThere(path: string) {
  try {
    const found = await stat(path);
    return found.isFile() ? found : null;
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

const isAbsence = (error: unknown): boolean => ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '');
