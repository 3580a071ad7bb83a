import { createHash } from 'node:crypto';
import { open, stat } from '../../files/fs.ts';
import { damagedArtifact } from './damaged.ts';

/** A file as the manifest of its artifact has it. */
export interface ManifestFile {
  bytes: number;
  sha256: string;
}

/** Read at once, into memory that the next piece overwrites: fresh memory for each costs more than its hash. */
const PIECE_BYTES = 1 << 20;

/** SHA-256 of a whole file, hex. */
export async function fileSum(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(piece, 0, piece.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
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
