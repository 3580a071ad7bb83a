import { dirname, join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { existsSync, mkdir, writeFile } from '../../files/fs.ts';
import { systemReason } from '../../files/system-error.ts';
import { shown } from '../paths.ts';

/** Writes new files, all or (where one of them is there already) none. Throws IchorError `file-exists`. */
export async function writeNewFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const there = Object.keys(files).find((name) => existsSync(join(folder, name)));
  if (there !== undefined) {
    throw new IchorError(
      'file-exists',
      `${shown(join(folder, there))} is there already.`,
      'Nothing was written: nothing that exists is overwritten. Take another name.',
      2,
    );
  }
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text, { flag: 'wx' });
    }
  } catch (error) {
    throw new IchorError(
      'folder-not-writable',
      `${shown(folder)} cannot be written: ${systemReason(error)}.`,
      'Go to a folder that you may write to.',
      2,
      { cause: error },
    );
  }
}
