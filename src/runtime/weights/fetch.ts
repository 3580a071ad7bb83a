import { dirname } from 'node:path';
import { IchorError } from '../../errors.ts';
import { mkdir, rename, rm } from '../../files/fs.ts';
import { systemCode } from '../../files/system-error.ts';
import { withoutPassword } from '../download/address.ts';
import { type DownloadOptions, download, originFile } from '../download/download.ts';
import { DownloadFailed } from '../download/failed.ts';
import { addFile, Digests } from '../download/hash-file.ts';
import { isOffline } from '../download/offline.ts';
import type { Emit } from '../events.ts';
import { formatBytes, freeBytes } from '../store/disk.ts';
import { brokenText, takeLock, waitingText } from '../store/lock.ts';
import {
  type CacheState,
  lookUp,
  placeOf,
  removeIfEmpty,
  type WeightsRecord,
  weightsCacheFolder,
  writeRecord,
} from './cache.ts';
import { mirrored } from './mirror.ts';
import { cacheProblem, changedText, hashText, noCache, notFetched, otherFile, UNUSABLE } from './problems.ts';
import { type Wanted, type WeightsSource, wantedOf } from './published.ts';

/** A whole file of weights in the user's cache, whose hash was compared. */
export interface CachedWeights extends Omit<WeightsRecord, 'mtimeMs'> {
  /** Absolute. */
  path: string;
}

export interface FetchOptions {
  /** Aborted: what has come is kept, and the next call goes on from it. */
  signal?: AbortSignal | undefined;
  /** Gets what is fetched, how far it is, and what is odd; nothing where the file is in the cache. */
  emit?: Emit;
  /** Under which name it tells how far it is. */
  stage?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds and tries, for tests. */
  pace?: Pick<DownloadOptions<'md5'>, 'stallMs' | 'tries' | 'pauseMs'>;
}

const ALGORITHMS = ['md5', 'sha256'] as const;
/** Of what is told how far it is. */
const EVERY_MS = 100;

/**
 * The file in the user's cache, without a look at the network or at its bytes: milliseconds. Null where it would have to be
 * fetched, or compared first (it was changed, or somebody put it there), or where the cache cannot be read: `fetchWeights`
 * then says so.
 * @throws IchorError `weights-address`
 */
export async function cachedWeights(
  source: WeightsSource,
  env: NodeJS.ProcessEnv = process.env,
): Promise<CachedWeights | null> {
  const found = await weightsState(source, env);
  return found.state === 'cached' ? cached(found) : null;
}

/** As `cachedWeights`, with what is there instead. */
export async function weightsState(source: WeightsSource, env: NodeJS.ProcessEnv = process.env): Promise<CacheState> {
  const wanted = wantedOf(source);
  const root = weightsCacheFolder(env);
  if (root === null) return { state: 'missing' };
  return lookUp(root, wanted).catch((error: unknown) => {
    if (UNUSABLE.includes(systemCode(error) ?? '')) return { state: 'missing' };
    throw error;
  });
}

/**
 * The file in the user's cache, fetched where it is not there: from the published address or its mirror, its hash compared
 * before it gets its name. Of several processes one fetches and the others wait.
 * @throws IchorError `weights-not-fetched`, `weights-other-file`, `weights-address`, `weights-mirror`, `cache-unwritable`,
 * `disk-full`, `disk-too-small`
 */
export async function fetchWeights(source: WeightsSource, options: FetchOptions = {}): Promise<CachedWeights> {
  const { env = process.env, emit = () => {}, signal } = options;
  const wanted = wantedOf(source);
  const root = weightsCacheFolder(env);
  if (root === null) throw noCache();
  const { folder, path, lock: lockFile } = placeOf(root, wanted);
  try {
    const here = await compared(root, wanted, emit, signal);
    if (here !== null) return here;
    const address = mirrored(wanted.url, env);
    // Before anything is written: a cache that is only read, offline, is a usual thing.
    if (isOffline(env)) throw notFetched(wanted, path, address, new DownloadFailed('offline', 'ICHOR_OFFLINE is set'));
    await mkdir(folder, { recursive: true });
    const lock = await takeLock(lockFile, {
      ...(signal ? { signal } : {}),
      waiting: (held) =>
        emit({
          type: 'note',
          level: 'info',
          message: `weights ${wanted.file}: another process is fetching them ${waitingText(held)}`,
        }),
      broken: (held) => emit({ type: 'note', level: 'warning', code: 'lock-broken', message: brokenText(held) }),
    });
    try {
      const meanwhile = await lookUp(root, wanted);
      if (meanwhile.state === 'cached') return cached(meanwhile);
      // Another process may have waited for this lock to remove the folder that it found empty.
      await mkdir(folder, { recursive: true });
      return await fetched(root, wanted, address, meanwhile, { ...options, env, emit });
    } finally {
      await removeIfEmpty(folder);
      await lock.release();
    }
  } catch (error) {
    throw cacheProblem(error, root, wanted);
  }
}

/** What is in the cache and has the hash: by its record, or because it is compared now. Null, and a warning, where it has not. */
async function compared(
  root: string,
  wanted: Wanted,
  emit: Emit,
  signal: AbortSignal | undefined,
): Promise<CachedWeights | null> {
  const found = await lookUp(root, wanted);
  if (found.state === 'missing') return null;
  if (found.state === 'cached') return cached(found);
  const digests = new Digests(ALGORITHMS);
  await addFile(digests, found.path, signal);
  const hashes = digests.soFar();
  if (hashes[wanted.algorithm] !== wanted.hex) {
    emit({
      type: 'note',
      level: 'warning',
      code: 'weights-changed',
      message: changedText(found.path, hashes[wanted.algorithm], wanted),
      hint: 'A whole one is fetched in its place.',
    });
    return null;
  }
  const record = {
    ...(found.state === 'changed'
      ? found.record
      : {
          url: withoutPassword(wanted.url),
          from: 'put into the cache by hand',
          licence: wanted.licence,
          fetched: new Date().toISOString(),
        }),
    file: fileOf(found.path),
    bytes: digests.bytes,
    ...hashes,
  };
  // A cache that is only read is compared each time.
  await writeRecord(dirname(found.path), record).catch((error: unknown) => {
    if (!UNUSABLE.includes(systemCode(error) ?? '')) throw error;
  });
  emit({
    type: 'note',
    level: 'info',
    message: `weights ${record.file}: found in the cache, ${hashText(wanted)} as it has to be`,
  });
  return { ...record, path: found.path };
}

function cached({ record: { mtimeMs: _, ...record }, path }: Extract<CacheState, { state: 'cached' }>): CachedWeights {
  return { ...record, path };
}

const fileOf = (path: string): string => path.slice(dirname(path).length + 1);

/** Under the lock. */
async function fetched(
  root: string,
  wanted: Wanted,
  address: string,
  before: CacheState,
  options: FetchOptions & { env: NodeJS.ProcessEnv; emit: Emit },
): Promise<CachedWeights> {
  const { env, emit, signal, stage = 'weights' } = options;
  const { folder, path, part } = placeOf(root, wanted);
  const size = wanted.bytes === null ? 'size not stated' : formatBytes(wanted.bytes);
  const licence = wanted.licence === null ? 'licence not stated' : `licence: ${wanted.licence}`;
  emit({
    type: 'note',
    level: 'info',
    message: `weights ${wanted.file} from ${withoutPassword(address)} (${size}; ${licence}; into ${folder})`,
  });
  const started = performance.now();
  let told = 0;
  try {
    const { from, ...got } = await download(address, part, {
      about: wanted.bytes,
      hash: { algorithm: wanted.algorithm, hex: wanted.hex, stated: wanted.stated },
      algorithms: ALGORITHMS,
      resume: true,
      onBytes: (done, total) => {
        const now = performance.now();
        if (total === null || (now - told < EVERY_MS && done < total)) return;
        told = now;
        emit({ type: 'progress', stage, done, total: Math.max(done, total), unit: 'bytes' });
      },
      onRetry: ({ reason, waitMs }) =>
        emit({
          type: 'note',
          level: 'info',
          message: `weights ${wanted.file}: ${reason}; trying again in ${(waitMs / 1000).toFixed(1)} s`,
        }),
      room: (bytes) => assertRoom(root, wanted, bytes),
      signal,
      env,
      ...options.pace,
    });
    // What was there under another name, or of another content.
    if (before.state === 'changed' || before.state === 'unchecked') await rm(before.path, { force: true });
    await rename(part, path);
    const record = {
      file: wanted.file,
      url: withoutPassword(wanted.url),
      from,
      ...got,
      licence: wanted.licence,
      fetched: new Date().toISOString(),
    };
    await writeRecord(folder, record);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    emit({
      type: 'note',
      level: 'info',
      message: `weights ${wanted.file}: ${formatBytes(got.bytes)} in ${seconds} s, ${hashText(wanted)} as ${wanted.stated}`,
    });
    return { ...record, path };
  } catch (error) {
    const full = ['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '');
    if (full) for (const each of [part, originFile(part)]) await rm(each, { force: true });
    if (!(error instanceof DownloadFailed)) throw error;
    if (error.kind === 'other-file') throw otherFile(wanted, path, address, error);
    throw notFetched(wanted, path, address, error);
  }
}

async function assertRoom(root: string, wanted: Wanted, bytes: number): Promise<void> {
  const free = await freeBytes(root);
  if (free === null || free >= bytes * 1.02) return;
  throw new IchorError(
    'disk-too-small',
    `The weights ${wanted.file} need ${formatBytes(bytes)} more, and the disk of ${root} has ${formatBytes(free)} left.`,
    'Free some room, or set ICHOR_CACHE to a folder on another disk.',
  );
}
