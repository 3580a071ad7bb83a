import { dirname } from 'node:path';
import { IchorError } from '../errors.ts';
import { mkdir, writeFile } from '../files/fs.ts';
import { systemReason } from '../files/system-error.ts';
import { shown } from './paths.ts';

/** Writes what `--out` names, and the folders above it. Throws IchorError `file-not-writable` (exit 2). */
export async function writeOut(target: string, bytes: string | Buffer): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  } catch (error) {
    throw new IchorError(
      'file-not-writable',
      `${shown(target)} cannot be written: ${systemReason(error)}.`,
      'Name another file with --out.',
      2,
      { cause: error },
    );
  }
}
