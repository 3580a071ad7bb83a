import { createHash } from 'node:crypto';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { createReadStream, createWriteStream, type FileHandle, open } from '../../../files/fs.ts';
import { dataOffset, listMembers, ZipDamaged, type ZipMember } from '../../../files/zip.ts';
import { WayFailed } from './events.ts';

export type { ZipMember };

const DAMAGED = 'the zip file is damaged or cut off';

/**
 * What is in a zip.
 * @throws WayFailed where the file is no zip or is cut off
 */
export async function listZip(path: string): Promise<ZipMember[]> {
  return withFile(path, listMembers, (why) => `${path} cannot be unpacked: ${why}`);
}

/**
 * Unpacks one member into `target`, streamed. Returns its size and SHA-256.
 * @param onBytes bytes unpacked since the last call
 */
export async function extract(
  path: string,
  member: ZipMember,
  target: string,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  if (member.method !== 0 && member.method !== 8) {
    throw new WayFailed(`${member.name} is packed by method ${member.method}, which is not read`);
  }
  const start = await withFile(
    path,
    (file) => dataOffset(file, member),
    () => `${member.name} cannot be unpacked: ${DAMAGED}`,
  );
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      hash.update(chunk);
      onBytes(chunk.length);
      next(null, chunk);
    },
  });
  const packed = createReadStream(path, {
    start,
    end: start + member.compressedBytes - 1,
    highWaterMark: 1 << 20,
  });
  const inflate = member.method === 8 ? createInflateRaw({ chunkSize: 1 << 20 }) : new PassThrough();
  await pipeline(
    packed,
    inflate,
    count,
    createWriteStream(target, { flush: true }),
    ...(signal ? [{ signal }] : []),
  ).catch((error: NodeJS.ErrnoException) => {
    if (!error.code?.startsWith('Z_')) throw error;
    throw new WayFailed(`${member.name} cannot be unpacked: ${DAMAGED}`, { cause: error });
  });
  if (bytes !== member.bytes) throw new WayFailed(`${member.name} has ${bytes} bytes instead of ${member.bytes}`);
  return { bytes, sha256: hash.digest('hex') };
}

async function withFile<T>(
  path: string,
  work: (file: FileHandle) => Promise<T>,
  say: (why: string) => string,
): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await work(file);
  } catch (error) {
    if (error instanceof ZipDamaged) throw new WayFailed(say(error.message), { cause: error });
    throw error;
  } finally {
    await file.close();
  }
}
