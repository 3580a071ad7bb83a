import { join } from 'node:path';
import { IchorError } from '../../../errors.ts';
import { mkdir } from '../../../files/fs.ts';
import { hasForm, isMap, isText, NotJson, orNull, readJson } from '../../../files/json.ts';
import { namesIn } from '../../../files/list.ts';
import { systemCode } from '../../../files/system-error.ts';
import { replaceFile } from '../../../files/write.ts';
import type { ComponentValue } from '../../../registry/recipe.ts';
import { trackingFolder } from './journal.ts';

/** `tracking/<name>.json` of a run: how far one tracker got, and what it keeps. */
export interface Cursor {
  format: 1;
  /** With the parameters that the run had it with: `ichor track sync` goes by them. */
  tracker: ComponentValue;
  /** Records of the journal that it has received. */
  cursor: number;
  state: unknown;
  /** Why the last delivery failed; null where it did not. */
  error: string | null;
}

export const newCursor = (tracker: ComponentValue): Cursor => ({
  format: 1,
  tracker,
  cursor: 0,
  state: null,
  error: null,
});

/** A tracker's name as that of a file: `acme.bell`. */
export const trackerFile = (name: string): string => name.replaceAll('/', '.');

const fileOf = (runFolder: string, name: string): string =>
  join(trackingFolder(runFolder), `${trackerFile(name)}.json`);

export async function writeCursor(runFolder: string, cursor: Cursor): Promise<void> {
  await mkdir(trackingFolder(runFolder), { recursive: true });
  await replaceFile(fileOf(runFolder, cursor.tracker.type), `${JSON.stringify(cursor, null, 2)}\n`);
}

/** Null where this tracker has received nothing. Throws IchorError `track-cursor-damaged` (exit 2). */
export const readCursor = (runFolder: string, name: string): Promise<Cursor | null> =>
  readFileOf(fileOf(runFolder, name));

async function readFileOf(file: string): Promise<Cursor | null> {
  try {
    return await readJson<Cursor>(file, isCursor);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    if (!(error instanceof NotJson)) throw error;
    throw new IchorError(
      'track-cursor-damaged',
      `${file} is damaged: ${error.message}. How far this tracker got is not known.`,
      'Delete the file, and run its recipe again with --track: then everything is sent once more.',
      2,
      { cause: error },
    );
  }
}

/** Of those trackers of a recipe that have followed a run, by name. Throws as `readCursor`. */
export async function cursorsOf(runFolder: string, trackers: readonly ComponentValue[]): Promise<Map<string, Cursor>> {
  const found = new Map<string, Cursor>();
  for (const { type } of trackers) {
    const cursor = await readCursor(runFolder, type);
    if (cursor !== null) found.set(type, cursor);
  }
  return found;
}

/** As if nothing had been received, with what each tracker knows of the run: it makes no second one of it. */
export const sentAgain = (cursors: ReadonlyMap<string, Cursor>): Map<string, Cursor> =>
  new Map([...cursors].map(([name, cursor]) => [name, { ...cursor, cursor: 0, error: null }]));

/** Of all trackers that have followed a run: each, or what is wrong with its file. */
export async function readCursors(runFolder: string): Promise<(Cursor | IchorError)[]> {
  const names = (await namesIn(trackingFolder(runFolder))).filter((name) => name.endsWith('.json'));
  const found: (Cursor | IchorError)[] = [];
  for (const name of names) {
    try {
      const cursor = await readFileOf(join(trackingFolder(runFolder), name));
      if (cursor !== null) found.push(cursor);
    } catch (error) {
      if (!(error instanceof IchorError)) throw error;
      found.push(error);
    }
  }
  return found;
}

const isCursor = hasForm({
  format: (value) => value === 1,
  tracker: (value) => isMap(value) && isText(value.type),
  cursor: (value) => Number.isInteger(value) && (value as number) >= 0,
  error: orNull(isText),
});
