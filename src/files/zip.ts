import { inflateRaw } from 'node:zlib';
import type { FileHandle } from './fs.ts';

/** A file inside of a zip, by its central directory. */
export interface ZipMember {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  compressedBytes: number;
  bytes: number;
  /** Where its local header starts. */
  offset: number;
}

/** The file is no zip, or a damaged one. In words without a path: `it is no zip file, or it is cut off`. */
export class ZipDamaged extends Error {
  override readonly name = 'ZipDamaged';
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** An entry that says this has the true value in its zip64 field. */
const SEE_ZIP64 = 0xffffffff;
const CUT_OFF = 'it is no zip file, or it is cut off';
const DAMAGED = 'its central directory is damaged';
/** A central directory is read at once: of 100,000 files it has some 10 MB. */
const DIRECTORY_LIMIT = 16 << 20;

/** Reads a zip's central directory (APPNOTE 4.3.12, 4.3.14 to 4.3.16), zip64 included. Throws `ZipDamaged`. */
export async function listMembers(file: FileHandle): Promise<ZipMember[]> {
  const { size } = await file.stat();
  // The end record is 22 bytes, behind it a comment of at most 65,535.
  const tailAt = Math.max(0, size - 22 - 65_535);
  const tail = await readUpTo(file, tailAt, Math.min(size, 22 + 65_535));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new ZipDamaged(CUT_OFF);
  let count = tail.readUInt16LE(end + 10);
  let bytes = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  if (end >= 20 && tail.readUInt32LE(end - 20) === LOCATOR64) {
    const at = Number(tail.readBigUInt64LE(end - 20 + 8));
    const end64 = at + 56 <= size ? await readUpTo(file, at, 56) : Buffer.alloc(0);
    if (end64.length < 56 || end64.readUInt32LE(0) !== END64) throw new ZipDamaged(DAMAGED);
    count = Number(end64.readBigUInt64LE(32));
    bytes = Number(end64.readBigUInt64LE(40));
    offset = Number(end64.readBigUInt64LE(48));
  }
  if (offset + bytes > size) throw new ZipDamaged(CUT_OFF);
  if (bytes > DIRECTORY_LIMIT || count * 46 > bytes) throw new ZipDamaged(DAMAGED);
  return parseCentral(await readUpTo(file, offset, bytes), count);
}

function parseCentral(central: Buffer, count: number): ZipMember[] {
  const members: ZipMember[] = [];
  for (let at = 0; members.length < count; ) {
    if (at + 46 > central.length || central.readUInt32LE(at) !== CENTRAL) throw new ZipDamaged(DAMAGED);
    const nameEnd = at + 46 + central.readUInt16LE(at + 28);
    const extraEnd = nameEnd + central.readUInt16LE(at + 30);
    if (extraEnd > central.length) throw new ZipDamaged(DAMAGED);
    const wide = zip64Field(central.subarray(nameEnd, extraEnd));
    const number = (value: number) => {
      if (value !== SEE_ZIP64 || wide === null) return value;
      const next = wide.shift();
      if (next === undefined) throw new ZipDamaged(DAMAGED);
      return next;
    };
    // In the field's order: size, packed size, offset.
    const bytes = number(central.readUInt32LE(at + 24));
    const compressedBytes = number(central.readUInt32LE(at + 20));
    const offset = number(central.readUInt32LE(at + 42));
    members.push({
      name: central.toString('utf8', at + 46, nameEnd),
      method: central.readUInt16LE(at + 10),
      compressedBytes,
      bytes,
      offset,
    });
    at = extraEnd + central.readUInt16LE(at + 32);
  }
  return members;
}

/** The numbers of the extra field 0x0001; null where there is none. */
function zip64Field(extra: Buffer): number[] | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      const numbers: number[] = [];
      for (let i = at + 4; i + 8 <= Math.min(at + 4 + length, extra.length); i += 8)
        numbers.push(Number(extra.readBigUInt64LE(i)));
      return numbers;
    }
    at += 4 + length;
  }
  return null;
}

/**
 * Where a member's bytes start. The local header has its own lengths of name and extra field: they may differ from the
 * central directory's. Throws `ZipDamaged`.
 */
export async function dataOffset(file: FileHandle, member: ZipMember): Promise<number> {
  const header = await readUpTo(file, member.offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL) throw new ZipDamaged(`${member.name} is damaged in it`);
  return member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/**
 * A whole member. Never makes more than the size that its directory says.
 * @throws ZipDamaged where it is packed in a way that is not read, damaged, or of another size than it says
 */
export async function readMember(file: FileHandle, member: ZipMember): Promise<Buffer> {
  const { name, method, compressedBytes, bytes } = member;
  if (method !== 0 && method !== 8)
    throw new ZipDamaged(`${name} in it is packed by method ${method}, which is not read`);
  const start = await dataOffset(file, member);
  if (start + compressedBytes > (await file.stat()).size) throw new ZipDamaged(CUT_OFF);
  const packed = await readUpTo(file, start, compressedBytes);
  const whole = method === 0 ? packed : await inflated(name, packed, bytes);
  if (whole.length !== bytes) throw new ZipDamaged(`${name} in it has ${whole.length} bytes instead of ${bytes}`);
  return whole;
}

const inflated = (name: string, packed: Buffer, bytes: number) =>
  new Promise<Buffer>((resolve, reject) => {
    // A limit of 0 means none to zlib.
    inflateRaw(packed, { maxOutputLength: Math.max(bytes, 1) }, (error, whole) =>
      error === null ? resolve(whole) : reject(new ZipDamaged(`${name} in it cannot be unpacked`, { cause: error })),
    );
  });

async function readUpTo(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, Math.min(length - done, 1 << 30), position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
