import type { FileHandle } from '../../../files/fs.ts';
import { cutOff } from './errors.ts';

/** One call reads at most 2 GiB. */
const CHUNK = 1 << 30;

/** Exactly these bytes of a file. Throws IchorError `weights-file-cut-off`. */
export async function readExactly(
  path: string,
  handle: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(CHUNK, length - done), position + done);
    if (bytesRead === 0) throw cutOff(path, `it ends at byte ${position + done}, before what it says lies there`);
    done += bytesRead;
  }
  return bytes;
}
