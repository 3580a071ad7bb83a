import { join } from 'node:path';
import { NotJson, readJson } from '../../files/json.ts';
import { systemCode } from '../../files/system-error.ts';
import { damagedArtifact, MISSING } from '../store/damaged.ts';

/**
 * A JSON file of an artifact. Throws IchorError `artifact-damaged` where it is not what was written, and where it is
 * missing: an artifact is complete, or it was changed.
 */
export async function readArtifactJson<T>(
  folder: string,
  name: string,
  isOne: (value: unknown) => boolean,
): Promise<T> {
  const found = await readArtifactJsonIfThere<T>(folder, name, isOne);
  if (found === null) throw damagedArtifact(join(folder, name), MISSING, folder);
  return found;
}

/** As `readArtifactJson`; null where there is no such file. */
export async function readArtifactJsonIfThere<T>(
  folder: string,
  name: string,
  isOne: (value: unknown) => boolean,
): Promise<T | null> {
  try {
    return await readJson<T>(join(folder, name), isOne);
  } catch (error) {
    if (error instanceof NotJson) throw damagedArtifact(join(folder, name), error.message, folder);
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
