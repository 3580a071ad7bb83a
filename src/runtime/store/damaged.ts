import { dirname } from 'node:path';
import { IchorError } from '../../errors.ts';

/**
 * A file of an artifact that is not what was written.
 * @param why in words: `it is empty`
 * @param folder the artifact's, which is all that can be deleted
 */
export const damagedArtifact = (file: string, why: string, folder: string = dirname(file)): IchorError =>
  new IchorError(
    'artifact-damaged',
    `${file} is damaged: ${why}.`,
    `Delete the folder ${folder}; the next run makes it again.`,
  );
