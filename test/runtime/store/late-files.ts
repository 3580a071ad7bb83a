import { AsyncLocalStorage } from 'node:async_hooks';
import { dirname } from 'node:path';
import { vi } from 'vitest';
import type { ProcessIdentity } from '../../../src/runtime/store/process-identity.ts';

const real = await vi.importActual<typeof import('../../../src/files/fs.ts')>('../../../src/files/fs.ts');
const identity = await vi.importActual<typeof import('../../../src/runtime/store/process-identity.ts')>(
  '../../../src/runtime/store/process-identity.ts',
);

/**
 * A network drive as its clients see it, in the place of `src/files/fs.ts`: what a host has asked of a path is answered from its own cache
 * for `lateMs`, that nothing is there too. What changes something is done on the server and says the truth; of what it changed the host's
 * cache forgets all. Hosts are contexts of this process, with names and clocks of their own.
 */
interface Host {
  name: string;
  lateMs: number;
  /** How far its clock is ahead. */
  aheadMs: number;
  seen: Map<string, { at: number; there: boolean; answer: () => unknown }>;
}

const hosts = new AsyncLocalStorage<Host>();

/** Runs as if on that host; the same object goes on with the same cache. */
export const onHost = <T>(host: Host, work: () => T): T => hosts.run(host, work);

export const hostOf = (name: string, lateMs: number, aheadMs = 0): Host => ({ name, lateMs, aheadMs, seen: new Map() });

/** The clock of whoever asks. */
const now = Date.now;
Date.now = () => now() + (hosts.getStore()?.aheadMs ?? 0);

async function cached<T>(call: string, path: unknown, ask: () => Promise<T>): Promise<T> {
  const host = hosts.getStore();
  if (host === undefined) return ask();
  const known = host.seen.get(`${call} ${path}`);
  if (known !== undefined && performance.now() - known.at < host.lateMs) return known.answer() as T;
  const keep = (there: boolean, answer: () => unknown) =>
    host.seen.set(`${call} ${path}`, { at: performance.now(), there, answer });
  try {
    const found = await ask();
    keep(true, () => found);
    return found;
  } catch (error) {
    keep(false, () => {
      throw error;
    });
    throw error;
  }
}

/**
 * What this host changed: it forgets all that it knew of the path, of what lies below and of the folder's list. Where the server refused,
 * because something is there, it forgets that nothing is; what it kept of the file itself it goes on to believe.
 */
async function changed<T>(paths: readonly unknown[], change: () => Promise<T>): Promise<T> {
  let done = false;
  try {
    const result = await change();
    done = true;
    return result;
  } finally {
    const { seen } = hosts.getStore() ?? {};
    for (const [key, { there }] of seen ?? []) {
      if (there && !done) continue;
      const path = key.slice(key.indexOf(' ') + 1);
      if (paths.some((one) => path === one || path.startsWith(`${one}/`) || path === dirname(String(one))))
        seen?.delete(key);
    }
  }
}

type Call = (...args: never[]) => Promise<unknown>;
const reads = (call: 'readFile' | 'stat' | 'readdir') =>
  ((path: unknown, ...more: unknown[]) =>
    cached(`${call} ${JSON.stringify(more[0] ?? '')}`.replaceAll(' ', ''), path, () =>
      (real[call] as unknown as (...args: unknown[]) => Promise<unknown>)(path, ...more),
    )) as Call;
const changes = (call: 'writeFile' | 'rename' | 'rm' | 'rmdir' | 'link' | 'mkdir') =>
  ((...args: unknown[]) =>
    changed(
      args.filter((arg) => typeof arg === 'string' && arg.startsWith('/')),
      () => (real[call] as unknown as (...args: unknown[]) => Promise<unknown>)(...args),
    )) as Call;

export const lateFiles = {
  ...real,
  readFile: reads('readFile'),
  stat: reads('stat'),
  readdir: reads('readdir'),
  existsSync(path: string) {
    const host = hosts.getStore();
    const known = host?.seen.get(`exists ${path}`);
    if (host !== undefined && known !== undefined && performance.now() - known.at < host.lateMs) return known.answer();
    const there = real.existsSync(path);
    host?.seen.set(`exists ${path}`, { at: performance.now(), there, answer: () => there });
    return there;
  },
  writeFile: changes('writeFile'),
  rename: changes('rename'),
  rm: changes('rm'),
  rmdir: changes('rmdir'),
  link: changes('link'),
  mkdir: changes('mkdir'),
  async open(path: string, flags: string, mode?: number) {
    // What is opened to be read is looked at on the server: close-to-open. The cache of what is not there holds all the same.
    const ask = () => real.open(path, flags, mode);
    return flags === 'r' ? ask() : changed([path], ask);
  },
};

/** In the place of `process-identity.ts`: whether a process of another host lives cannot be known. */
export const lateIdentity = {
  ...identity,
  thisProcess() {
    const host = hosts.getStore()?.name;
    return host === undefined ? identity.thisProcess() : { ...identity.thisProcess(), host, machine: host };
  },
  liveness(of: ProcessIdentity) {
    const host = hosts.getStore()?.name;
    return host === undefined ? identity.liveness(of) : of.host === host ? 'alive' : 'unknown';
  },
};
