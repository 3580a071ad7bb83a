import { join } from 'node:path';
import { IchorError } from '../../../errors.ts';
import { mkdir } from '../../../files/fs.ts';
import { hasForm, NotJson, readJson } from '../../../files/json.ts';
import { systemCode } from '../../../files/system-error.ts';
import { replaceFile } from '../../../files/write.ts';
import type { TrackContext, TrackParent } from '../../../registry/kinds/tracker.ts';
import { takeLock } from '../../store/lock.ts';
import { sweepFolder, tableFolder } from '../points-ledger.ts';
import { trackerFile } from './cursor.ts';

/** What a tracker keeps of a sweep or a table: `tracking/<name>.json` in its folder, changed under a lock of the store. */
export function parentOf(
  parent: TrackParent | null,
  { storeRoot, tracker, signal }: { storeRoot: string; tracker: string; signal: AbortSignal },
): TrackContext['parent'] {
  if (parent === null) return null;
  const { name, kind } = parent;
  const folder = join((kind === 'sweep' ? sweepFolder : tableFolder)(storeRoot, name), 'tracking');
  const file = join(folder, `${trackerFile(tracker)}.json`);
  return {
    name,
    kind,
    async update(change) {
      await mkdir(folder, { recursive: true });
      const lock = await takeLock(join(storeRoot, 'locks', `track-${kind}-${name}-${trackerFile(tracker)}`), {
        signal,
      });
      try {
        const before = await readState(file);
        const state = jsonState(await change(before));
        await replaceFile(file, `${JSON.stringify({ format: 1, state }, null, 2)}\n`);
        return state;
      } finally {
        await lock.release();
      }
    },
  };
}

async function readState(file: string): Promise<unknown> {
  try {
    return (await readJson<{ state: unknown }>(file, hasForm({ format: (value) => value === 1 }))).state ?? null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    if (!(error instanceof NotJson)) throw error;
    throw new IchorError(
      'track-cursor-damaged',
      `${file} is damaged: ${error.message}. What its runs are part of is not known.`,
      'Delete the file: the runs that are still to be sent then become part of a new one.',
      2,
      { cause: error },
    );
  }
}

/** A state as JSON keeps it. Throws an Error that says what is wrong with it. */
export function jsonState(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new Error(`it resolves with a state that is no JSON (${(error as Error).message.split('\n')[0]})`);
  }
  if (text === undefined) throw new Error(`it resolves with a ${typeof value} in the place of a state`);
  return JSON.parse(text);
}
