import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createReadStream, stat } from '../../files/fs.ts';
import { damagedArtifact } from './damaged.ts';

/** A file as the manifest of its artifact has it. */
export interface ManifestFile {
  bytes: number;
  sha256: string;
}

/** SHA-256 of a whole file, hex. */
export async function fileSum(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal ? { signal } : {});
  return hash.digest('hex');
}

/** What was read in this process and was what had been written: of a run's stages, several read one file. */
const sound = new Map<string, string>();

/**
 * Makes sure that a file of an artifact is what was written, to the last byte. About a second for 1 GB, once in a process
 * for a file that nobody touches meanwhile. Nothing is kept from one process to the next: a disk that loses bits changes no
 * time. Throws IchorError `artifact-damaged`.
 * @param folder the artifact's, which is all that can be deleted
 */
export async function assertSum(path: string, { sha256 }: ManifestFile, folder: string, signal?: AbortSignal) {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  const state = `${sha256} ${size} ${mtimeNs} ${ctimeNs} ${ino}`;
  if (sound.get(path) === state) return;
  if ((await fileSum(path, signal)) !== sha256)
    throw damagedArtifact(path, 'its bytes are not those that were written (SHA-256)', folder);
  sound.set(path, state);
}
