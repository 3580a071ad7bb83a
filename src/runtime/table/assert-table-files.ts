import { dirname, join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { stat } from '../../files/fs.ts';

const FILES = ['table.html', 'table.md', 'table.csv', 'table.json', 'forest.svg', 'ledger.json'] as const;

/**
 * Nothing stands where a table is to be written but what an earlier call wrote: hours of runs are not to end in that.
 * Throws IchorError `table-not-writable` (exit 2).
 */
export async function assertTableFiles(folder: string): Promise<void> {
  for (const path of [dirname(folder), folder]) {
    const kind = await kindOf(path);
    if (kind !== null && kind !== 'folder') throw taken(path, 'no folder');
  }
  for (const name of FILES) {
    const file = join(folder, name);
    const kind = await kindOf(file);
    if (kind !== null && kind !== 'file') throw taken(file, kind === 'folder' ? 'a folder' : 'no file');
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (found === null) return null;
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
}

const taken = (path: string, what: string): IchorError =>
  new IchorError(
    'table-not-writable',
    `The table cannot be written: ${path} is ${what}.`,
    'Move it away, or choose another store with --store DIR.',
    2,
  );
