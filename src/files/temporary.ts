import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IchorError } from '../errors.ts';
import { mkdtemp } from './fs.ts';
import { systemReason } from './system-error.ts';

/** A new folder for what is needed for a moment. Throws IchorError `temporary-folder-unusable` (exit 2). */
export async function temporaryFolder(prefix: string): Promise<string> {
  const folder = tmpdir();
  try {
    return await mkdtemp(join(folder, prefix));
  } catch (error) {
    throw new IchorError(
      'temporary-folder-unusable',
      `The folder for temporary files, ${folder}, cannot be written: ${systemReason(error)}.`,
      'Set TMPDIR to a folder that can be written.',
      2,
      { cause: error },
    );
  }
}
