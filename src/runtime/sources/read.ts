import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IchorError } from '../../errors.ts';

/** Reads the first `length` bytes of a file below `root`, or all of it. */
export function readerOf(root: string): (path: string, length?: number) => Promise<Buffer> {
  return async (path, length) => {
    if (length === undefined) return readFile(join(root, path));
    const file = await open(join(root, path), 'r');
    try {
      const buffer = Buffer.alloc(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(buffer, filled, length - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    } finally {
      await file.close();
    }
  };
}

export const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

export const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

export const ROOT_HINT = 'Say where the data lie with `--set data.source.root=FOLDER`.';

/** @throws IchorError `source-missing` (exit 2) where `root` is no folder. `shown` names it without telling a private path. */
export async function requireFolder(root: string, shown: string): Promise<void> {
  if (root === '') throw new IchorError('source-missing', 'The recipe names no data folder.', ROOT_HINT, 2);
  if (await isFolder(root)) return;
  const what = (await isFile(root)) ? 'is a file, not a folder' : 'does not exist or cannot be opened';
  throw new IchorError('source-missing', `The data folder ${shown} ${what}.`, ROOT_HINT, 2);
}
