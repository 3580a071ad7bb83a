import { dirname } from 'node:path';
import { IchorError } from '../errors.ts';
import { mkdir, writeFile } from '../files/fs.ts';
import { systemReason } from '../files/system-error.ts';
import { shown } from './paths.ts';

/** Writes what an option names, and the folders above it. Throws IchorError `file-not-writable` (exit 2). */
export async function writeNamedFile(target: string, bytes: string | Buffer, option = '--out'): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  } catch (error) {
    throw new IchorError(
      'file-not-writable',
      `${shown(target)} cannot be written: ${systemReason(error)}.`,
      `Name another file with ${option}.`,
      2,
      { cause: error },
    );
  }
}
