import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHolder } from '../store/lock.ts';
import { mayBeAlive } from '../store/process-identity.ts';
import { listFiles, names, type Store } from '../store/store.ts';
import { listRuns } from './run-folder.ts';

export interface Garbage {
  what: 'artifact' | 'partial';
  name: string;
  folder: string;
  bytes: number;
}

/** What no run refers to and nobody works on. */
export async function findGarbage(store: Store): Promise<Garbage[]> {
  const kept = new Set(
    (await listRuns(store.root)).flatMap(({ record }) => Object.values(record.artifacts).map(({ key }) => key)),
  );
  const held = await heldKeys(store);
  const garbage: Garbage[] = [];
  for (const { stage, key, folder, manifest } of await store.artifacts()) {
    if (kept.has(key) || held.has(key)) continue;
    const bytes = Object.values(manifest?.files ?? {}).reduce((sum, file) => sum + file.bytes, 0);
    garbage.push({ what: 'artifact', name: `${stage}/${key}`, folder, bytes });
  }
  for (const { key, folder } of await store.partials()) {
    if (!held.has(key)) garbage.push({ what: 'partial', name: key, folder, bytes: await sizeOf(folder) });
  }
  return garbage;
}

export async function removeGarbage(garbage: readonly Garbage[]): Promise<void> {
  for (const { folder } of garbage) await rm(folder, { recursive: true, force: true });
}

/** Keys that a living process is making right now. While any is, everything of that run may be about to be read. */
async function heldKeys(store: Store): Promise<Set<string>> {
  const held = new Set<string>();
  for (const name of await names(join(store.root, 'locks'))) {
    const text = await readFile(join(store.root, 'locks', name), 'utf8').catch(() => '');
    const holder = parseHolder(text);
    if (holder !== null && mayBeAlive(holder)) held.add(name);
  }
  return held;
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const file of await listFiles(folder)) bytes += (await stat(join(folder, file))).size;
  return bytes;
}
