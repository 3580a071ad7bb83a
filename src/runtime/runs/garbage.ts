import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { existsSync, rm, stat } from '../../files/fs.ts';
import { namesIn } from '../../files/list.ts';
import { keysOfJobs } from '../jobs/folder.ts';
import { type HeldLock, readLock } from '../store/lock.ts';
import { liveness } from '../store/process-identity.ts';
import { partOf } from '../store/ranges.ts';
import { listFiles, type Manifest, type Store } from '../store/store.ts';
import { listRuns } from './run-folder.ts';

export interface Garbage {
  what: 'artifact' | 'partial';
  name: string;
  folder: string;
  bytes: number;
}

const KEY = /^[0-9a-f]{64}$/;

/**
 * What no run refers to and nobody works on. Throws IchorError `run-damaged` where a run does not say what it refers to:
 * what it keeps cannot be known.
 */
export async function findGarbage(store: Store): Promise<Garbage[]> {
  const damaged: IchorError[] = [];
  const runs = await listRuns(store.root, (_, error) => damaged.push(error));
  const [first] = damaged;
  if (first !== undefined)
    throw new IchorError(
      first.code,
      `${first.message} What it refers to is not known: nothing was removed.`,
      first.hint,
    );
  const kept = new Set(runs.flatMap(({ record }) => Object.values(record.artifacts).map(({ key }) => key)));
  const held = await heldLocks(store);
  const wanted = await keysOfJobs(store.root);
  const garbage: Garbage[] = [];
  for (const { stage, key, folder, manifest, damage } of await store.artifacts()) {
    if (kept.has(key) || held.has(key) || (await isWanted(store, manifest, wanted))) continue;
    // A folder that somebody put there is not ours to remove.
    if (manifest === null && damage === null && !KEY.test(key)) continue;
    const bytes =
      manifest === null
        ? await sizeOf(folder)
        : Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
    garbage.push({ what: 'artifact', name: `${stage}/${key}`, folder, bytes });
  }
  for (const { key, folder } of await store.partials()) {
    if (!held.has(key)) garbage.push({ what: 'partial', name: key, folder, bytes: await sizeOf(folder) });
  }
  return garbage;
}

/** No run refers to a range: it is kept until it has been joined, as long as there are jobs that were to join it. */
async function isWanted(store: Store, manifest: Manifest | null, wanted: ReadonlySet<string>): Promise<boolean> {
  const part = partOf(manifest);
  if (part === null || manifest === null || !wanted.has(manifest.key)) return false;
  return !existsSync(join(store.folder(part.stage, part.key), 'manifest.json'));
}

export async function removeGarbage(garbage: readonly Garbage[]): Promise<void> {
  for (const { folder } of garbage) await rm(folder, { recursive: true, force: true });
}

/** Locks, by key, of what a process may be making right now: one of another machine cannot be asked. */
export async function heldLocks(store: Store): Promise<Map<string, HeldLock>> {
  const held = new Map<string, HeldLock>();
  for (const name of await namesIn(join(store.root, 'locks'))) {
    const lock = await readLock(join(store.root, 'locks', name));
    if (lock !== null && (lock.holder === null || liveness(lock.holder) !== 'gone')) held.set(name, lock);
  }
  return held;
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const file of await listFiles(folder)) bytes += (await stat(join(folder, file))).size;
  return bytes;
}
