import { IchorError } from '../errors.ts';
import { chmod, open, realpath, rename, rm, stat } from '../files/fs.ts';
import { systemReason } from '../files/system-error.ts';
import { shown } from './paths.ts';

/**
 * Puts a text in the place of that of a file: written aside and renamed, so that the file is the old one or the new one
 * and never half of one. Its mode stays, and so does a link that leads to it. Throws IchorError `file-not-writable`.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const file = await realpath(path);
  const { mode } = await stat(file);
  // A rename asks the folder alone, and a file that is closed to writing is not to be changed.
  if ((mode & 0o222) === 0) throw fileNotWritable(path, 'it is marked as read-only');
  const aside = `${file}.${process.pid}.tmp`;
  try {
    await (await open(file, 'r+')).close();
    const handle = await open(aside, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(aside, mode & 0o7777);
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw fileNotWritable(path, systemReason(error), error);
  }
}

const fileNotWritable = (file: string, why: string, cause?: unknown): IchorError =>
  new IchorError(
    'file-not-writable',
    `${shown(file)} cannot be written: ${why}.`,
    'It was left as it is. Make it writable, or migrate a copy of it.',
    2,
    { cause },
  );
