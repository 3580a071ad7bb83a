import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { mayBeAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the lock file, waiting while a living process holds it. The lock of a process that is gone is taken over.
 * @param waiting called once, with the holder, before the first wait
 */
export async function takeLock(
  file: string,
  options: { signal?: AbortSignal; waiting?: (holder: ProcessIdentity) => void } = {},
): Promise<Lock> {
  let told = false;
  for (;;) {
    options.signal?.throwIfAborted();
    if (await create(file)) return { release: () => rm(file, { force: true }) };
    const text = await readFile(file, 'utf8').catch(ignoreMissing);
    if (text === null) continue;
    const holder = parseHolder(text);
    if (holder === null || !mayBeAlive(holder)) {
      await takeOver(file, text);
      continue;
    }
    if (!told) options.waiting?.(holder);
    told = true;
    await sleep(300, undefined, options.signal ? { signal: options.signal } : {});
  }
}

/** Written aside and linked into place: nobody ever sees a lock without its holder. */
async function create(file: string): Promise<boolean> {
  const aside = `${file}.${process.pid}.new`;
  await writeFile(aside, JSON.stringify(thisProcess()));
  try {
    await link(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/**
 * Moves the dead lock out of the way. Of two processes that do so at once, one may move the other's fresh lock:
 * it sees that by the text and puts it back.
 */
async function takeOver(file: string, seen: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch (error) {
    ignoreMissing(error);
    return;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved === seen) await rm(aside, { force: true });
  else await rename(aside, file);
}

/** Null for what is no lock of ours, say a file that a full disk cut off. */
export function parseHolder(text: string): ProcessIdentity | null {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return null;
  }
}

function ignoreMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return null;
}
