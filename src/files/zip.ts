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

/** All that the central directory says of a file (APPNOTE 4.3.12). */
export interface ZipEntry extends Omit<ZipMember, 'name'> {
  /** The name's bytes as they stand there: UTF-8 where `flags` say so. */
  nameBytes: Buffer;
  /** General purpose bits: 0 encrypted, 3 sizes behind the data, 11 UTF-8. */
  flags: number;
  /** CRC-32 of the unpacked bytes. */
  crc: number;
  /** The system that made it: 0 DOS, 3 Unix, 19 macOS. */
  host: number;
  /** External attributes: of Unix the mode in the upper 16 bits. */
  attributes: number;
  /** Extra fields (APPNOTE 4.5). */
  extra: Buffer;
}

/** Where a zip's central directory lies. */
export interface ZipDirectory {
  count: number;
  bytes: number;
  offset: number;
  /** What stands in front of the archive itself, a program that unpacks it say: to be added to each stated offset. */
  shift: number;
  zip64: boolean;
}

/** The file is no zip, or a damaged one. In words without a path: `it is no zip file, or it is cut off`. */
export class ZipDamaged extends Error {
  override readonly name = 'ZipDamaged';
  constructor(
    message: string,
    options?: ErrorOptions,
    /** `parts`: it is one file of an archive of several. `joined`: another archive lies in front of it. */
    readonly what: 'cut-off' | 'parts' | 'joined' | 'damaged' = 'damaged',
  ) {
    super(message, options);
  }
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** An entry that says this has the true value in its zip64 field. */
const SEE_ZIP64 = 0xffffffff;
const SEE_ZIP64_SHORT = 0xffff;
const CUT_OFF = 'it is no zip file, or it is cut off';
const DAMAGED = 'its central directory is damaged';
const PARTS = 'it is one part of an archive that was split into several files';
const END_BYTES = 22;
const LOCATOR64_BYTES = 20;
const END64_BYTES = 56;
const CENTRAL_BYTES = 46;
/** A central directory is read in pieces: of a million files it has some 100 MB. An entry has less than 200 kB. */
const PIECE_BYTES = 4 << 20;
/** Of a zip that is held whole in memory: of 100,000 files it has some 10 MB. */
const DIRECTORY_LIMIT = 16 << 20;

const cutOff = () => new ZipDamaged(CUT_OFF, undefined, 'cut-off');

/** Finds a zip's central directory (APPNOTE 4.3.14 to 4.3.16), zip64 included. Throws `ZipDamaged`. */
export async function findDirectory(file: FileHandle): Promise<ZipDirectory> {
  const { size } = await file.stat();
  // The end record is 22 bytes, behind it a comment of at most 65,535.
  const tailAt = Math.max(0, size - END_BYTES - 65_535);
  const tail = await readUpTo(file, tailAt, Math.min(size, END_BYTES + 65_535));
  const end = endRecord(tail);
  if (end < 0) throw cutOff();
  const short = (at: number) => tail.readUInt16LE(end + at);
  let [disk, first, count] = [short(4), short(6), short(10)];
  let [bytes, offset] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  let behind = tailAt + end;
  const locator = end - LOCATOR64_BYTES;
  const zip64 = locator >= 0 && tail.readUInt32LE(locator) === LOCATOR64;
  if (zip64) {
    const stated = Number(tail.readBigUInt64LE(locator + 8));
    const own = await end64At(file, [stated, tailAt + locator - END64_BYTES], size);
    if (own === null) throw tail.readUInt32LE(locator + 16) > 1 ? parts() : new ZipDamaged(DAMAGED);
    const { record } = own;
    [disk, first] = [record.readUInt32LE(16), record.readUInt32LE(20)];
    count = Number(record.readBigUInt64LE(32));
    bytes = Number(record.readBigUInt64LE(40));
    offset = Number(record.readBigUInt64LE(48));
    behind = own.at;
  }
  if (disk !== first || (disk !== 0 && !(disk === SEE_ZIP64_SHORT && zip64))) throw parts();
  if (bytes > behind) throw cutOff();
  const shift = await shiftOf(file, { count, bytes, offset, behind });
  if (offset + shift + bytes > size) throw cutOff();
  if (count * CENTRAL_BYTES > bytes) throw new ZipDamaged(DAMAGED);
  return { count, bytes, offset: offset + shift, shift, zip64 };
}

/**
 * Throws `ZipDamaged` where the file begins with a member that its directory does not list: two zips, one behind the other, of
 * which every program sees the last alone. What stands in front of an archive that unpacks itself is no member.
 * @param first the lowest offset of a listed member, or of the directory
 */
export async function assertOneArchive(file: FileHandle, first: number): Promise<void> {
  if (first === 0) return;
  const start = await readUpTo(file, 0, 4);
  if (start.length === 4 && start.readUInt32LE(0) === LOCAL) throw new ZipDamaged(JOINED, undefined, 'joined');
}

const JOINED = 'another archive lies in front of it, of which nothing is listed';

const parts = () => new ZipDamaged(PARTS, undefined, 'parts');

/** The end record is the last one whose comment ends with the file; where bytes were added behind it, the last one. */
function endRecord(tail: Buffer): number {
  let last = -1;
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END) continue;
    if (at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length) return at;
    if (last < 0) last = at;
  }
  return last;
}

async function end64At(
  file: FileHandle,
  places: readonly number[],
  size: number,
): Promise<{ record: Buffer; at: number } | null> {
  for (const at of places) {
    if (at < 0 || at + END64_BYTES > size) continue;
    const record = await readUpTo(file, at, END64_BYTES);
    if (record.length === END64_BYTES && record.readUInt32LE(0) === END64) return { record, at };
  }
  return null;
}

/** Of an archive behind a program the offsets count from its own start. */
async function shiftOf(
  file: FileHandle,
  { count, bytes, offset, behind }: { count: number; bytes: number; offset: number; behind: number },
): Promise<number> {
  if (count === 0) return 0;
  const starts = async (at: number) => {
    const found = await readUpTo(file, at, 4);
    return found.length === 4 && found.readUInt32LE(0) === CENTRAL;
  };
  // Where two archives stand in one file, the stated offset may be that of the other one's directory: the end record comes first.
  const own = behind - bytes;
  if (own >= offset && (await starts(own))) return own - offset;
  if (await starts(offset)) return 0;
  throw offset + bytes > behind ? cutOff() : new ZipDamaged(DAMAGED);
}

/** The entries of a central directory, a piece at a time; offsets are those in the file. Throws `ZipDamaged`. */
export async function* entriesOf(file: FileHandle, directory: ZipDirectory): AsyncGenerator<ZipEntry[]> {
  let rest: Buffer = Buffer.alloc(0);
  let found = 0;
  for (let done = 0; done < directory.bytes; ) {
    const length = Math.min(PIECE_BYTES, directory.bytes - done);
    const piece = await readUpTo(file, directory.offset + done, length);
    if (piece.length < length) throw cutOff();
    done += length;
    const central = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const { entries, at, ended } = parseEntries(central, directory.shift);
    found += entries.length;
    yield entries;
    // Behind the entries a signature of the directory may stand.
    if (ended) break;
    rest = central.subarray(at);
  }
  // Old programs count to 65,535 and go on at 0.
  if (found === directory.count || (!directory.zip64 && found % 65_536 === directory.count)) return;
  throw new ZipDamaged(DAMAGED);
}

/** As many whole entries as there are; `ended`: what follows is none. */
function parseEntries(central: Buffer, shift: number): { entries: ZipEntry[]; at: number; ended: boolean } {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + CENTRAL_BYTES <= central.length) {
    if (central.readUInt32LE(at) !== CENTRAL) return { entries, at, ended: true };
    const nameEnd = at + CENTRAL_BYTES + central.readUInt16LE(at + 28);
    const extraEnd = nameEnd + central.readUInt16LE(at + 30);
    const end = extraEnd + central.readUInt16LE(at + 32);
    if (end > central.length) break;
    entries.push(entryAt(central, { at, nameEnd, extraEnd }, shift));
    at = end;
  }
  return { entries, at, ended: false };
}

function entryAt(
  central: Buffer,
  { at, nameEnd, extraEnd }: { at: number; nameEnd: number; extraEnd: number },
  shift: number,
): ZipEntry {
  const extra = central.subarray(nameEnd, extraEnd);
  const wide = zip64Field(extra);
  const number = (value: number) => {
    if (value !== SEE_ZIP64 || wide === null) return value;
    const next = wide.shift();
    if (next === undefined) throw new ZipDamaged(DAMAGED);
    return next;
  };
  // In the field's order: size, packed size, offset.
  const bytes = number(central.readUInt32LE(at + 24));
  const compressedBytes = number(central.readUInt32LE(at + 20));
  const offset = number(central.readUInt32LE(at + 42)) + shift;
  return {
    // Copies: the piece that they stand in is let go.
    nameBytes: Buffer.from(central.subarray(at + CENTRAL_BYTES, nameEnd)),
    flags: central.readUInt16LE(at + 8),
    method: central.readUInt16LE(at + 10),
    crc: central.readUInt32LE(at + 16),
    host: central[at + 5] as number,
    attributes: central.readUInt32LE(at + 38),
    extra: Buffer.from(extra),
    compressedBytes,
    bytes,
    offset,
  };
}

/** Reads a zip's central directory. Throws `ZipDamaged`. */
export async function listMembers(file: FileHandle): Promise<ZipMember[]> {
  const directory = await findDirectory(file);
  if (directory.bytes > DIRECTORY_LIMIT) throw new ZipDamaged(DAMAGED);
  const members: ZipMember[] = [];
  for await (const entries of entriesOf(file, directory))
    for (const { nameBytes, method, compressedBytes, bytes, offset } of entries)
      members.push({ name: nameBytes.toString('utf8'), method, compressedBytes, bytes, offset });
  return members;
}

/** The numbers of the extra field 0x0001; null where there is none. */
function zip64Field(extra: Buffer): number[] | null {
  const field = extraField(extra, 1);
  if (field === null) return null;
  const numbers: number[] = [];
  for (let at = 0; at + 8 <= field.length; at += 8) numbers.push(Number(field.readBigUInt64LE(at)));
  return numbers;
}

/** An extra field by its id; null where there is none. */
export function extraField(extra: Buffer, id: number): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, Math.min(end, extra.length));
    at = end;
  }
  return null;
}

/** What a member says of itself in front of its bytes (APPNOTE 4.3.7): it may contradict the directory. */
export interface LocalHeader {
  flags: number;
  method: number;
  crc: number;
  /** As stated: 0 where bit 3 of `flags` says that they stand behind the data, 0xffffffff where in a zip64 field. */
  compressedBytes: number;
  bytes: number;
  nameBytes: Buffer;
  /** Where its data start in the file. */
  dataOffset: number;
}

/** Reads a member's local header; null where there is none at its offset. */
export async function localHeader(
  file: FileHandle,
  { offset, nameBytes }: Pick<ZipEntry, 'offset' | 'nameBytes'>,
): Promise<LocalHeader | null> {
  const head = await readUpTo(file, offset, 30 + nameBytes.length);
  if (head.length < 30 || head.readUInt32LE(0) !== LOCAL) return null;
  const nameLength = head.readUInt16LE(26);
  return {
    flags: head.readUInt16LE(6),
    method: head.readUInt16LE(8),
    crc: head.readUInt32LE(14),
    compressedBytes: head.readUInt32LE(18),
    bytes: head.readUInt32LE(22),
    // One of another length is another name, whatever its first letters are.
    nameBytes: nameLength === nameBytes.length ? head.subarray(30) : Buffer.alloc(0),
    dataOffset: offset + 30 + nameLength + head.readUInt16LE(28),
  };
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
  if (start + compressedBytes > (await file.stat()).size) throw cutOff();
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

/** Up to `length` bytes from `position` on: fewer only where the file ends. */
export async function readUpTo(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, Math.min(length - done, 1 << 30), position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
