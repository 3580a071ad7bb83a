import { join } from 'node:path';
import { stat } from '../../files/fs.ts';
import { addFile, Digests } from '../download/hash-file.ts';
import { type CacheEntry, cacheEntries, weightsCacheFolder, writeRecord } from './cache.ts';
import { cacheProblem } from './problems.ts';

/** What became of a file of the cache when its bytes were read anew. */
export interface VerifiedWeights {
  /** Of the file; of the folder where there is none. */
  path: string;
  /** `whole`: it has the hash that its folder is named by. `part`: a download that was interrupted. */
  state: 'whole' | 'changed' | 'missing' | 'part';
  bytes: number;
  algorithm: 'md5' | 'sha256';
  /** What it has to be. */
  wanted: string;
  /** What it is; null where there is no whole file. */
  found: string | null;
}

/**
 * Reads all files of the cache and compares their hashes. A file that is whole is recorded as it is now, also one that somebody
 * put there.
 * @throws IchorError `cache-unwritable`
 */
export async function verifyWeights(
  options: { env?: NodeJS.ProcessEnv; signal?: AbortSignal } = {},
): Promise<VerifiedWeights[]> {
  const root = weightsCacheFolder(options.env);
  if (root === null) return [];
  try {
    const found: VerifiedWeights[] = [];
    for (const entry of await cacheEntries(root)) found.push(...(await verified(entry, options.signal)));
    return found;
  } catch (error) {
    throw cacheProblem(error, root);
  }
}

async function verified(entry: CacheEntry, signal: AbortSignal | undefined): Promise<VerifiedWeights[]> {
  const { folder, algorithm, hex, record, parts } = entry;
  const about = { algorithm, wanted: hex };
  const found: VerifiedWeights[] = [];
  const named = record !== null && !entry.files.includes(record.file) ? [record.file] : [];
  for (const file of named) found.push({ ...about, path: join(folder, file), state: 'missing', bytes: 0, found: null });
  for (const file of entry.files) {
    const path = join(folder, file);
    const digests = new Digests(['md5', 'sha256']);
    await addFile(digests, path, signal);
    const hashes = digests.soFar();
    const whole = hashes[algorithm] === hex;
    found.push({ ...about, path, state: whole ? 'whole' : 'changed', bytes: digests.bytes, found: hashes[algorithm] });
    if (!whole || (record !== null && record.file !== file)) continue;
    const { mtimeMs } = await stat(path);
    if (record?.mtimeMs === mtimeMs && record.bytes === digests.bytes) continue;
    const origin = record ?? {
      url: null,
      from: 'put into the cache by hand',
      licence: null,
      fetched: new Date().toISOString(),
    };
    await writeRecord(folder, { ...origin, file, bytes: digests.bytes, ...hashes });
  }
  for (const file of parts) {
    const { size } = await stat(join(folder, file));
    found.push({ ...about, path: join(folder, file), state: 'part', bytes: size, found: null });
  }
  return found;
}
