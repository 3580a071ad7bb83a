import { join } from 'node:path';
import { IchorError } from '../../../errors.ts';
import { mkdir, readdir, rename, rm } from '../../../files/fs.ts';
import { systemReason } from '../../../files/system-error.ts';
import { reasonOf } from '../../download/failed.ts';
import { isOffline } from '../../download/offline.ts';
import { brokenText, takeLock, waitingText } from '../../store/lock.ts';
import { engineCacheFolder } from './cache.ts';
import { type InstallEmit, type Way, WayFailed } from './events.ts';
import { findEngine, looksComplete, verifyEngine } from './find.ts';
import { type EnginePin, PIN } from './pin.ts';
import { type InstalledEngine, writeRecord } from './record.ts';
import { type TryLibraries, tryLibraries } from './try-libraries.ts';
import type { FetchedLibraries, WayContext } from './way.ts';
import { fromFolder } from './way-folder.ts';
import { fromPip } from './way-pip.ts';
import { fromTfjsNode } from './way-tfjs-node.ts';
import { fromIndex, wheelRefusal } from './way-wheel.ts';

export interface InstallOptions {
  /** A folder with libraries that are already there: the only way that is tried then. */
  from?: string;
  /** Do nothing where an engine is installed, judged by its files' sizes alone. */
  ifMissing?: boolean;
  /** Install anew, whatever is there. */
  force?: boolean;
  emit: InstallEmit;
  signal?: AbortSignal;
}

export type InstallResult =
  /** `present`: it was there; without `ifMissing`, its hashes have been compared. */
  | { status: 'installed' | 'present'; engine: InstalledEngine; seconds: number }
  /** No way worked: the run goes on with WASM. `help` says what would help, in one line. */
  | { status: 'failed'; reasons: { way: Way; reason: string }[]; help: string; seconds: number };

/** What tests replace. */
export interface InstallParts {
  cache: string;
  pin: EnginePin;
  env: NodeJS.ProcessEnv;
  tryLibraries: TryLibraries;
  ways: readonly { way: Way; fetch: (context: WayContext) => Promise<FetchedLibraries> }[];
  /** Why the wheel is not for this machine, or null. */
  wheelRefusal: () => string | null;
}

/**
 * Provisions the native engine: gets TensorFlow's libraries by the first way that works, tries them in a process of
 * their own, and puts them into the cache in one step. Nobody ever sees half an engine.
 * @throws IchorError `disk-too-small`, `disk-full`, `cache-unwritable`; `engine-source`, `engine-unusable` with `from`
 */
export async function installEngine(
  options: InstallOptions,
  replaced: Partial<InstallParts> = {},
): Promise<InstallResult> {
  const started = Date.now();
  const env = replaced.env ?? process.env;
  const parts: InstallParts = {
    cache: replaced.cache ?? someCache(engineCacheFolder(env)),
    pin: PIN,
    env,
    tryLibraries,
    wheelRefusal,
    ways: [
      { way: 'index', fetch: fromIndex },
      { way: 'pip', fetch: fromPip },
      { way: 'tfjs-node', fetch: fromTfjsNode },
    ],
    ...replaced,
  };
  const seconds = () => (Date.now() - started) / 1000;
  const before = await present(options, parts);
  if (before) return { status: 'present', engine: before, seconds: seconds() };
  try {
    await mkdir(parts.cache, { recursive: true });
    const lock = await takeLock(join(parts.cache, '.lock'), {
      ...(options.signal ? { signal: options.signal } : {}),
      waiting: (lock) => options.emit({ type: 'waiting', message: waitingText(lock) }),
      broken: (lock) => options.emit({ type: 'lock-broken', message: brokenText(lock) }),
    });
    try {
      // Another process may have installed it meanwhile.
      const meanwhile = await present(options, parts);
      if (meanwhile) return { status: 'present', engine: meanwhile, seconds: seconds() };
      await removeRemains(parts.cache);
      const result = await tryWays(options, parts);
      return { ...result, seconds: seconds() };
    } finally {
      await removeRemains(parts.cache);
      await lock.release();
    }
  } catch (error) {
    throw explained(error, parts.cache);
  }
}

function someCache(cache: string | null): string {
  if (cache !== null) return cache;
  throw new IchorError(
    'cache-unwritable',
    'This user has no home folder, which holds the cache of native engines.',
    'Set ICHOR_CACHE to a folder that can be written.',
  );
}

async function present(options: InstallOptions, parts: InstallParts): Promise<InstalledEngine | null> {
  if (options.force || options.from !== undefined) return null;
  const engine = await findEngine(parts.cache);
  if (engine === null) return null;
  if (options.ifMissing) return (await looksComplete(engine)) ? engine : null;
  try {
    await verifyEngine(engine, options.signal);
    return engine;
  } catch (error) {
    if (error instanceof IchorError && error.code === 'engine-tampered') return null;
    throw error;
  }
}

type Outcome =
  | { status: 'installed'; engine: InstalledEngine }
  | { status: 'failed'; reasons: { way: Way; reason: string }[]; help: string };

async function tryWays(options: InstallOptions, parts: InstallParts): Promise<Outcome> {
  if (options.from !== undefined) {
    const { from } = options;
    try {
      return {
        status: 'installed',
        engine: await byWay('folder', (context) => fromFolder(context, from), options, parts),
      };
    } catch (error) {
      if (!(error instanceof WayFailed)) throw error;
      throw new IchorError(
        'engine-unusable',
        `The libraries in ${from} were not installed: ${reasonOf(error)}.`,
        help([]),
        1,
        {
          cause: error,
        },
      );
    }
  }
  const reasons: { way: Way; reason: string }[] = [];
  // The wheel is one file by whatever way it comes: what is wrong with it need not be found out twice.
  let wheel = parts.wheelRefusal();
  let told = false;
  for (const { way, fetch } of parts.ways) {
    const ofWheel = way === 'index' || way === 'pip';
    if (ofWheel && wheel !== null && told) continue;
    try {
      // The index may be a folder; these have their own ways to the network.
      if (way !== 'index' && isOffline(parts.env))
        throw new WayFailed('ICHOR_OFFLINE is set, so that nothing is fetched');
      if (ofWheel && wheel !== null) throw new WayFailed(wheel);
      return { status: 'installed', engine: await byWay(way, fetch, options, parts) };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof WayFailed)) throw error;
      if (ofWheel && error instanceof Unusable) wheel = reasonOf(error);
      if (ofWheel && wheel !== null) told = true;
      const reason = reasonOf(error);
      reasons.push({ way, reason });
      options.emit({ type: 'way-failed', way, reason });
    }
  }
  return { status: 'failed', reasons, help: help(reasons) };
}

/** The libraries are there, and do not work on this machine. */
class Unusable extends WayFailed {}

async function byWay(
  way: Way,
  fetch: (context: WayContext) => Promise<FetchedLibraries>,
  { emit, signal }: InstallOptions,
  { cache, pin, env, tryLibraries: attempt }: InstallParts,
): Promise<InstalledEngine> {
  const partial = join(cache, `.partial-${process.pid}-${way}`);
  const folder = join(partial, 'engine');
  const scratch = join(partial, 'scratch');
  await rm(partial, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await mkdir(scratch);
  try {
    const { cc, framework, files, source } = await fetch({ folder, scratch, cache, pin, env, emit, signal });
    emit({ type: 'trying' });
    const { version } = await attempt({ folder, cc, framework }, signal).catch((error: unknown) => {
      if (error instanceof WayFailed) throw new Unusable(error.message, { cause: error.cause });
      throw error;
    });
    const record = { version, cc, framework, way, source, files, installed: new Date().toISOString() };
    await writeRecord(folder, record);
    return { ...record, folder: await putInPlace(folder, cache, version) };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Replaces an engine of the same version. Processes that have loaded it keep the files they have open. */
async function putInPlace(folder: string, cache: string, version: string): Promise<string> {
  const place = join(cache, `tensorflow-${version.replace(/[^\w.+-]/g, '_')}`);
  const old = join(cache, `.partial-${process.pid}-old`);
  await rm(old, { recursive: true, force: true });
  await rename(place, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(folder, place);
  await rm(old, { recursive: true, force: true });
  return place;
}

/** Under the lock every partial folder belongs to an installation that is over. */
async function removeRemains(cache: string): Promise<void> {
  const names = await readdir(cache);
  const partial = names.filter((name) => name.startsWith('.partial-'));
  await Promise.all(partial.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

function help(reasons: readonly { way: Way; reason: string }[]): string {
  const there = '`ichor engine install --from DIR` takes TensorFlow libraries that are already there';
  if (!reasons.some(({ way }) => way === 'pip')) return `${there}.`;
  return `Set PIP_INDEX_URL to a package index that can be reached, or install pip, and run \`ichor engine install\`; ${there}.`;
}

function explained(error: unknown, cache: string): unknown {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new IchorError(
      'disk-full',
      `The disk of ${cache} filled up while the native engine was being installed; what was written has been removed.`,
      'Free some room, or set ICHOR_CACHE to a folder on another disk.',
      1,
      { cause: error },
    );
  }
  if (syscall !== undefined && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code ?? '')) {
    return new IchorError(
      'cache-unwritable',
      `The cache folder ${cache} cannot be written: ${systemReason(error)}.`,
      'Set ICHOR_CACHE to a folder that can be written.',
      1,
      { cause: error },
    );
  }
  return error;
}
