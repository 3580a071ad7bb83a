import { join } from 'node:path';
import { IchorError } from '../../../errors.ts';
import { existsSync, mkdir, rename } from '../../../files/fs.ts';
import { hasForm, isText, readJson } from '../../../files/json.ts';
import { replaceFile } from '../../../files/write.ts';
import type { ComponentValue } from '../../../registry/recipe.ts';
import type { NoteEvent } from '../../events.ts';
import { type Lock, takeLock } from '../../store/lock.ts';
import { listRuns, type RunFolder, stateOf } from '../run-folder.ts';
import { type Cursor, cursorsOf, trackerFile } from './cursor.ts';
import { Journal, trackingFolder } from './journal.ts';
import { assertWhole } from './whole.ts';

/** Of an earlier run that a later one goes on with: its journal, and where each tracker stands. */
export interface Earlier {
  name: string;
  journal: Journal;
  cursors: Map<string, Cursor>;
}

/** Who delivers what a run's journal holds: one process at a time. */
export const lockTracking = (storeRoot: string, run: string, signal?: AbortSignal): Promise<Lock> =>
  takeLock(join(storeRoot, 'locks', `track-${run}`), signal === undefined ? {} : { signal });

const markOf = (runFolder: string): string => join(trackingFolder(runFolder), 'continued');

/** The later run that has taken its journal over; null where none has. */
export async function continuedBy(runFolder: string): Promise<string | null> {
  const file = markOf(runFolder);
  return existsSync(file) ? (await readJson<{ by: string }>(file, hasForm({ by: isText }))).by : null;
}

/**
 * The run that this one goes on with: the newest other one of the same recipe, where that did not come to its end and was
 * to train the same (`keys`, by stage). Its trackers' files move into this one's folder: who removes the other takes nothing of a run that is
 * done. Null where there is none that was tracked.
 */
export async function takeOver(
  {
    storeRoot,
    run,
    keys,
  }: { storeRoot: string; run: Pick<RunFolder, 'folder' | 'record'>; keys: Readonly<Record<string, string>> },
  trackers: readonly ComponentValue[],
  tell: (note: NoteEvent) => void,
): Promise<Earlier | null> {
  const others = (await listRuns(storeRoot)).filter(
    ({ record }) =>
      record.name !== run.record.name &&
      record.recipe === run.record.recipe &&
      record.recipeHash === run.record.recipeHash &&
      record.predictsWith === null &&
      record.ensemble === undefined,
  );
  const found = others.at(-1);
  if (found === undefined || !existsSync(trackingFolder(found.folder))) return null;
  if (['done', 'running'].includes(stateOf(found.record))) return null;
  const lock = await lockTracking(storeRoot, found.record.name);
  try {
    if ((await continuedBy(found.folder)) !== null) return null;
    const journal = await Journal.read(found.folder);
    if (journal === null || !trainsTheSame(journal.head.keys, keys)) return null;
    const cursors = await cursorsOf(found.folder, trackers);
    assertWhole(journal, found.record, cursors.values());
    for (const name of cursors.keys()) await moveFiles(found.folder, run.folder, name);
    await replaceFile(markOf(found.folder), `${JSON.stringify({ by: run.record.name })}\n`);
    return { name: found.record.name, journal, cursors };
  } catch (error) {
    if (!(error instanceof IchorError)) throw error;
    const { code, message } = error;
    tell({
      type: 'note',
      level: 'warning',
      code,
      message: `${message} Trackers see this run as one of its own.`,
    });
    return null;
  } finally {
    await lock.release();
  }
}

/** What a tracker has written beside its cursor. */
async function moveFiles(from: string, to: string, tracker: string): Promise<void> {
  const [old, now] = [from, to].map((folder) => join(trackingFolder(folder), trackerFile(tracker))) as [string, string];
  if (!existsSync(old)) return;
  await mkdir(trackingFolder(to), { recursive: true });
  await rename(old, now);
}

/** What both train has one key; and there is something that both do. */
function trainsTheSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const both = Object.keys(a).filter((id) => b[id] !== undefined);
  return both.length > 0 && both.every((id) => a[id] === b[id]);
}
