/**
 * The file system, as the rest of ichor uses it: a lint rule forbids `node:fs` elsewhere. Everything here has the name and
 * the meaning that Node gives it, and
 * - names the file in errors that Node leaves without one (a handle's, a stream's), so that a message can say it,
 * - waits a moment where too many files are open, instead of failing,
 * - makes folders without Node's endless loop below `/proc`.
 * Errors stay the system's own (`error.code`): callers ask for ENOENT. Who hands them to a user says them with
 * `explainSystemError`.
 */
import { createReadStream as nodeReadStream, createWriteStream as nodeWriteStream, type PathLike } from 'node:fs';
import * as node from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './system-error.ts';

export type { Stats } from 'node:fs';
export {
  appendFileSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
export type { FileHandle } from 'node:fs/promises';

/** How long a call waits for a file to be closed where as many are open as may be. Milliseconds. */
const PATIENCE_MS = 20_000;

/** Tries again while too many files are open: others are being read meanwhile, and will be closed. */
export async function patiently<T>(work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let wait = 5; ; wait = Math.min(wait * 2, 500)) {
    try {
      return await work();
    } catch (error) {
      const code = systemCode(error);
      if ((code !== 'EMFILE' && code !== 'ENFILE') || performance.now() > until) throw error;
      await sleep(wait);
    }
  }
}

/** Names the file where Node does not: `ENOSPC: no space left on device, write`. */
function named<T>(error: T, path: PathLike): T {
  const system = error as NodeJS.ErrnoException | null;
  if (system instanceof Error && system.path === undefined && systemCode(system) !== undefined)
    system.path = String(path);
  return error;
}

/** What file systems answer that know no syncing: there is nothing that could be waited for. */
const CANNOT_SYNC = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

const HANDLE = [
  'read',
  'write',
  'writev',
  'sync',
  'datasync',
  'stat',
  'truncate',
  'writeFile',
  'readFile',
  'close',
] as const;

export async function open(path: string, flags: string, mode?: number): Promise<node.FileHandle> {
  const handle = await patiently(() => node.open(path, flags, mode));
  for (const name of HANDLE) {
    const own = handle[name].bind(handle) as (...args: unknown[]) => Promise<unknown>;
    Object.defineProperty(handle, name, {
      value: (...args: unknown[]) =>
        own(...args).catch((error: unknown) => {
          if (name === 'sync' && CANNOT_SYNC.includes(systemCode(error) ?? '')) return;
          throw named(error, path);
        }),
    });
  }
  return handle;
}

export const readFile = ((path: string, options?: never) =>
  patiently(async () => {
    try {
      return await node.readFile(path, options);
    } catch (error) {
      throw named(error, path);
    }
  })) as typeof node.readFile;

export const writeFile = ((path: string, data: never, options?: never) =>
  patiently(async () => {
    try {
      return await node.writeFile(path, data, options);
    } catch (error) {
      throw named(error, path);
    }
  })) as typeof node.writeFile;

export const readdir = ((path: string, options?: never) =>
  patiently(() => node.readdir(path, options))) as typeof node.readdir;

export const copyFile: typeof node.copyFile = (from, to, mode) => patiently(() => node.copyFile(from, to, mode));

export const { access, chmod, cp, link, mkdtemp, realpath, rename, rm, rmdir, stat, statfs, utimes } = node;

/**
 * Makes a folder; with `recursive` also those above it. Node's own recursion never ends where a parent answers ENOENT to
 * everything (below `/proc`).
 */
export async function mkdir(folder: string, options: { recursive?: boolean } = {}): Promise<void> {
  if (!options.recursive) return node.mkdir(folder);
  try {
    await node.mkdir(folder);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' || code === 'EISDIR') {
      if ((await node.stat(folder)).isDirectory()) return;
      throw error;
    }
    const above = dirname(folder);
    if (code !== 'ENOENT' || above === folder) throw error;
    await mkdir(above, { recursive: true });
    await node.mkdir(folder).catch(async (again: unknown) => {
      // Another process may have made it meanwhile.
      if (systemCode(again) !== 'EEXIST' || !(await node.stat(folder)).isDirectory()) throw again;
    });
  }
}

type ReadOptions = { highWaterMark?: number; signal?: AbortSignal; start?: number; end?: number };

export function createReadStream(path: string, options: ReadOptions = {}) {
  return namedStream(nodeReadStream(path, options), path);
}

export function createWriteStream(path: string, options: { flush?: boolean } = {}) {
  return namedStream(nodeWriteStream(path, options), path);
}

interface Destroyable {
  _destroy(error: Error | null, done: (error?: Error | null) => void): void;
}

/** A listener for errors would swallow them where nobody else listens: the stream names them as it ends. */
function namedStream<T extends Destroyable>(stream: T, path: string): T {
  const own = stream._destroy.bind(stream);
  stream._destroy = (error, done) => own(named(error, path), (last) => done(named(last, path)));
  return stream;
}
