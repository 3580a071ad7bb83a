import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { FileTimes } from '../../registry/kinds/kinds.ts';

/** How many `stat` calls run at once: more than the four threads of Node's pool gain nothing. */
const AT_ONCE = 16;

export interface FoundFile {
  /** Relative to the folder that was walked, with `/`. */
  path: string;
  /** 0 where the file cannot be looked at: reading it tells why. */
  bytes: number;
  /** Missing where it cannot be looked at. */
  times?: FileTimes;
}

/**
 * Every file below a folder, ordered by name (code units) within each folder, files before folders. Links are followed
 * once; hidden folders (`.git`, `.ichor`) are not entered.
 */
export async function* walkFiles(root: string, folder = '', seen = new Set<string>()): AsyncGenerator<FoundFile> {
  const here = await realpath(join(root, folder));
  if (seen.has(here)) return;
  seen.add(here);
  const entries = await readdir(here, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    // The system's message holds the path, which may be private: only its code is shown.
    throw new IchorError(
      'source-unreadable',
      `A folder in the data folder cannot be listed (${error.code}).`,
      'Look at its permissions, or move it away.',
      2,
    );
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const folders: string[] = [];
  for (let i = 0; i < entries.length; i += AT_ONCE) {
    const batch = entries.slice(i, i + AT_ONCE);
    const looked = await Promise.all(
      batch.map(async (entry) => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) return { path, name: entry.name, directory: true, bytes: 0 };
        const found = await stat(join(root, path), { bigint: true }).catch(() => null);
        const bytes = Number(found?.size ?? 0);
        const times = found === null ? {} : { times: timesOf(found) };
        return { path, name: entry.name, directory: found?.isDirectory() === true, bytes, ...times };
      }),
    );
    for (const { name, directory, ...file } of looked) {
      const { path } = file;
      if (!directory) yield file;
      else if (!name.startsWith('.')) folders.push(path);
    }
  }
  for (const path of folders) yield* walkFiles(root, path, seen);
}

const timesOf = ({ mtimeNs, ctimeNs, ino }: BigIntStats): FileTimes => ({
  modifiedNs: String(mtimeNs),
  changedNs: String(ctimeNs),
  inode: String(ino),
});
