import { createHash } from 'node:crypto';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { createReadStream, createWriteStream, type FileHandle, open } from '../../../files/fs.ts';
import { WayFailed } from './events.ts';

/** A file inside of a zip, by its central directory. */
export interface ZipMember {
  name: string;
  method: number;
  compressedBytes: number;
  bytes: number;
  /** Where its local header starts. */
  offset: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * Reads a zip's central directory (APPNOTE 4.3.12, 4.3.16). Wheels of this kind need no zip64.
 * @throws WayFailed where the file is no zip or is cut off
 */
export async function listZip(path: string): Promise<ZipMember[]> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    // The end record is 22 bytes, behind it a comment of at most 65,535.
    const tail = await read(file, Math.max(0, size - 22 - 65_535), Math.min(size, 22 + 65_535));
    let end = tail.length - 22;
    while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
    if (end < 0) throw new WayFailed(`${path} is no zip file, or it is cut off`);
    const count = tail.readUInt16LE(end + 10);
    const bytes = tail.readUInt32LE(end + 12);
    const offset = tail.readUInt32LE(end + 16);
    if (count === 0xffff || offset === 0xffffffff) throw new WayFailed(`${path} is a zip64 file, which is not read`);
    if (offset + bytes > size) throw new WayFailed(`${path} is no zip file, or it is cut off`);
    return parseCentral(await read(file, offset, bytes), count, path);
  } finally {
    await file.close();
  }
}

function parseCentral(central: Buffer, count: number, path: string): ZipMember[] {
  const members: ZipMember[] = [];
  for (let at = 0; members.length < count; ) {
    if (at + 46 > central.length || central.readUInt32LE(at) !== CENTRAL) {
      throw new WayFailed(`the central directory of ${path} is damaged`);
    }
    const nameBytes = central.readUInt16LE(at + 28);
    members.push({
      name: central.toString('utf8', at + 46, at + 46 + nameBytes),
      method: central.readUInt16LE(at + 10),
      compressedBytes: central.readUInt32LE(at + 20),
      bytes: central.readUInt32LE(at + 24),
      offset: central.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + central.readUInt16LE(at + 30) + central.readUInt16LE(at + 32);
  }
  return members;
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
  const start = await dataOffset(path, member);
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
    throw new WayFailed(`${member.name} cannot be unpacked: the zip file is damaged or cut off`, { cause: error });
  });
  if (bytes !== member.bytes) throw new WayFailed(`${member.name} has ${bytes} bytes instead of ${member.bytes}`);
  return { bytes, sha256: hash.digest('hex') };
}

/** The local header has its own lengths of name and extra field: they may differ from the central directory's. */
async function dataOffset(path: string, member: ZipMember): Promise<number> {
  const file = await open(path, 'r');
  try {
    const header = await read(file, member.offset, 30);
    if (header.length < 30 || header.readUInt32LE(0) !== LOCAL) {
      throw new WayFailed(`${member.name} cannot be unpacked: the zip file is damaged or cut off`);
    }
    return member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
