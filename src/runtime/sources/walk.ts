import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IchorError } from '../../errors.ts';

/** How many `stat` calls run at once: more than the four threads of Node's pool gain nothing. */
const AT_ONCE = 16;

export interface FoundFile {
  /** Relative to the folder that was walked, with `/`. */
  path: string;
  /** 0 where the file cannot be looked at: reading it tells why. */
  bytes: number;
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
        const found = await stat(join(root, path)).catch(() => null);
        return { path, name: entry.name, directory: found?.isDirectory() === true, bytes: found?.size ?? 0 };
      }),
    );
    for (const { path, name, directory, bytes } of looked) {
      if (!directory) yield { path, bytes };
      else if (!name.startsWith('.')) folders.push(path);
    }
  }
  for (const path of folders) yield* walkFiles(root, path, seen);
}
