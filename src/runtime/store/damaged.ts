import { dirname } from 'node:path';
import { IchorError } from '../../errors.ts';

/** For `damagedArtifact`: there is no such file. */
export const MISSING = 'it is missing';

/**
 * A file of an artifact that is not what was written.
 * @param why in words: `it is empty`
 * @param folder the artifact's, which is all that can be deleted
 */
export const damagedArtifact = (file: string, why: string, folder: string = dirname(file)): IchorError =>
  new IchorError(
    'artifact-damaged',
    why === MISSING ? `${file} is missing: the artifact was changed after it was made.` : `${file} is damaged: ${why}.`,
    `Delete the folder ${folder}; the next run makes it again.`,
  );
