import { inflateRaw } from 'node:zlib';
import { IchorError } from '../../../errors.ts';
import { crc32 } from '../../../files/crc32.ts';
import { type FileHandle, open, stat } from '../../../files/fs.ts';
import type { FileTimes } from '../../../files/stamp.ts';
import { systemReason } from '../../../files/system-error.ts';
import { UnreadablePart } from '../../../files/unreadable-part.ts';
import { assertOneArchive, entriesOf, findDirectory, localHeader, readUpTo, ZipDamaged } from '../../../files/zip.ts';
import { MemberCursor } from './cursor.ts';
import { compareMembers, type Member, memberOf } from './members.ts';

/** Members up to here are unpacked whole where more than their start is asked for; larger ones piece by piece. */
const WHOLE_BYTES = 32 << 20;
/** Unpacked members that are kept, since more of the same is likely to be asked for. */
const KEPT_BYTES = 64 << 20;
/** Larger members that are being read piece by piece. */
const MOST_CURSORS = 4;
/** The start of a member is unpacked alone up to here. */
const PREFIX_BYTES = 2 << 20;
/** No member is held whole in memory beyond this. */
const MOST_BYTES = 1 << 30;
const UTF8_FLAG = 1 << 11;
const SIZES_BEHIND = 1 << 3;
const SEE_ZIP64 = 0xffffffff;

/**
 * A zip that is read in place: its directory in memory, nothing unpacked to the disk, and nothing kept open between calls.
 *
 * An own reader and not yauzl or zip.js, which the look-up by name, ranges of a member and a header's start alone are foreign to:
 * both read a member as one stream from its first byte, yauzl compares no CRC-32, and both hold an object for each entry
 * of a million. The format's own reading is `files/zip.ts`, which reads weights as well.
 */
export class ZipArchive {
  readonly #whole = new Map<number, Promise<Buffer>>();
  #wholeBytes = 0;
  readonly #cursors = new Map<number, MemberCursor>();

  private constructor(
    readonly path: string,
    readonly members: readonly Member[],
    readonly stamp: ZipStamp,
  ) {}

  /**
   * Reads the directory.
   * @param shown how errors name the archive, whose path may be private
   * @throws IchorError `source-zip-damaged`, `source-zip-parts`, `source-zip-joined` (exit 2)
   */
  static async open(path: string, shown: string): Promise<ZipArchive> {
    const file = await open(path, 'r');
    try {
      const stamp = await stampOf(file);
      const directory = await findDirectory(file);
      const members: Member[] = [];
      let first = directory.offset;
      for await (const entries of entriesOf(file, directory))
        for (const entry of entries) {
          first = Math.min(first, entry.offset);
          const member = memberOf(entry);
          if (member !== null) members.push(member);
        }
      await assertOneArchive(file, first);
      compareMembers(members, directory.offset);
      return new ZipArchive(path, members, stamp);
    } catch (error) {
      if (error instanceof ZipDamaged) throw unreadableZip(error, shown);
      throw error;
    } finally {
      await file.close();
    }
  }

  /** What stands for the times of a member: nobody changes it without touching the archive. */
  timesOf(index: number): FileTimes {
    const { modifiedNs, changedNs, inode } = this.stamp;
    const { crc, offset } = this.#member(index);
    return { modifiedNs, changedNs, inode: `${inode}.${crc}.${offset}` };
  }

  /** The first `length` bytes of a member, or all of it. Throws `UnreadablePart` where it is damaged. */
  async read(index: number, length?: number): Promise<Buffer> {
    const member = this.#member(index);
    if (length !== undefined && length < member.bytes) return this.readRange(index, 0, length);
    const kept = this.#whole.get(index);
    return kept === undefined ? this.#unpacked(member) : kept;
  }

  /** `length` bytes of a member from `offset` on, fewer where it ends. Throws as `read`. */
  async readRange(index: number, offset: number, length: number): Promise<Buffer> {
    const member = this.#member(index);
    const wanted = Math.max(0, Math.min(length, member.bytes - offset));
    if (wanted === 0) return Buffer.alloc(0);
    if (member.method === 0)
      return this.#with(async (file) => readUpTo(file, (await this.#dataOffset(file, member)) + offset, wanted));
    const kept = this.#whole.get(index);
    if (kept !== undefined) return (await kept).subarray(offset, offset + wanted);
    if (offset === 0 && wanted <= PREFIX_BYTES) {
      const start = await this.#prefix(member, wanted);
      if (start !== null) return start;
    }
    if (member.bytes <= WHOLE_BYTES) return (await this.#keep(index, member)).subarray(offset, offset + wanted);
    return this.#cursor(index, member, offset).read(offset, wanted);
  }

  /** Piece by piece, from its start; each piece is unpacked once. */
  async *pieces(index: number): AsyncGenerator<Buffer> {
    const member = this.#member(index);
    if (member.bytes <= WHOLE_BYTES) yield await this.read(index);
    else yield* this.#newCursor(member).all();
  }

  #member(index: number): Member {
    const member = this.members[index];
    if (member === undefined || member.problem !== null)
      throw Object.assign(new Error('is not in the zip'), { code: 'ENOENT' });
    return member;
  }

  async #with<T>(work: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await open(this.path, 'r');
    try {
      if ((await stampOf(file)).text !== this.stamp.text) throw changedZip();
      return await work(file);
    } finally {
      await file.close();
    }
  }

  /** Where a member's data start, once its local header says what the directory says. */
  async #dataOffset(file: FileHandle, member: Member): Promise<number> {
    const local = await localHeader(file, member);
    if (local === null) throw damaged('is not where the directory of the zip says');
    const sizes = (local.flags & SIZES_BEHIND) === 0;
    const same = (stated: number, own: number) => stated === own || stated === SEE_ZIP64;
    if (
      !local.nameBytes.equals(member.nameBytes) ||
      local.method !== member.method ||
      ((local.flags ^ member.flags) & ~UTF8_FLAG & 1) !== 0 ||
      (sizes && (local.crc !== member.crc || !same(local.compressedBytes, member.compressedBytes))) ||
      (sizes && !same(local.bytes, member.bytes))
    )
      throw damaged('is described otherwise by the directory of the zip than in front of its data');
    return local.dataOffset;
  }

  async #packed(member: Member, from: number, length: number): Promise<Buffer> {
    const bytes = await this.#with(async (file) =>
      readUpTo(file, (await this.#dataOffset(file, member)) + from, Math.min(length, member.compressedBytes - from)),
    );
    if (bytes.length < Math.min(length, member.compressedBytes - from)) throw damaged('ends early: the zip is cut off');
    return bytes;
  }

  /** The whole member, its CRC-32 compared. */
  async #unpacked(member: Member): Promise<Buffer> {
    if (member.bytes > MOST_BYTES)
      throw new UnreadablePart('zip-bomb', `has ${member.bytes} bytes, more than is held in memory`);
    const packed = await this.#packed(member, 0, member.compressedBytes);
    const whole = member.method === 0 ? packed : await inflated(packed, member.bytes);
    if (whole.length !== member.bytes)
      throw damaged(`has ${whole.length} bytes in the zip, whose directory says ${member.bytes}`);
    if (crc32(whole) !== member.crc)
      throw damaged('is damaged in the zip: its CRC-32 is not the one that stands there');
    return whole;
  }

  /** The first bytes of a deflated member, without unpacking more than a piece around them; null: it takes all of it. */
  async #prefix(member: Member, wanted: number): Promise<Buffer | null> {
    for (let length = Math.max(4096, wanted); length < member.compressedBytes; length *= 4) {
      const start = await inflated(await this.#packed(member, 0, length), null);
      if (start.length > member.bytes) throw overflows();
      if (start.length >= wanted) return start.subarray(0, wanted);
    }
    return null;
  }

  #keep(index: number, member: Member): Promise<Buffer> {
    const whole = this.#unpacked(member);
    this.#whole.set(index, whole);
    this.#wholeBytes += member.bytes;
    for (const [other] of this.#whole) {
      if (this.#wholeBytes <= KEPT_BYTES || other === index) break;
      this.#forget(other);
    }
    // Told to whoever asked; a later reader tries again.
    whole.catch(() => this.#forget(index));
    return whole;
  }

  #forget(index: number): void {
    if (this.#whole.delete(index)) this.#wholeBytes -= this.members[index]?.bytes ?? 0;
  }

  /** One that has not gone beyond `offset` goes on; else it starts anew. */
  #cursor(index: number, member: Member, offset: number): MemberCursor {
    const known = this.#cursors.get(index);
    this.#cursors.delete(index);
    const cursor = known?.reaches(offset) ? known : this.#newCursor(member);
    this.#cursors.set(index, cursor);
    if (this.#cursors.size > MOST_CURSORS) this.#cursors.delete(this.#cursors.keys().next().value as number);
    return cursor;
  }

  #newCursor(member: Member): MemberCursor {
    return new MemberCursor(member, (from, length) => this.#packed(member, from, length));
  }
}

interface ZipStamp extends FileTimes {
  /** All of it, and its size. */
  text: string;
}

async function stampOf(file: FileHandle): Promise<ZipStamp> {
  const { mtimeNs, ctimeNs, ino, size } = await file.stat({ bigint: true });
  const times = { modifiedNs: String(mtimeNs), changedNs: String(ctimeNs), inode: String(ino) };
  return { ...times, text: [...Object.values(times), String(size)].join(' ') };
}

const damaged = (message: string, cause?: unknown) => new UnreadablePart('damaged-member', message, { cause });

const overflows = (cause?: unknown) =>
  new UnreadablePart('zip-bomb', 'unpacks to more than the directory of the zip says', { cause });

/** `bytes` null: of a start that ends anywhere. */
const inflated = (packed: Buffer, bytes: number | null): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // A limit of 0 means none to zlib.
    const limit = bytes === null ? { finishFlush: SYNC_FLUSH } : { maxOutputLength: Math.max(bytes, 1) };
    const chunkSize = Math.min(Math.max(bytes ?? packed.length * 3, 1024), 1 << 20);
    inflateRaw(packed, { ...limit, chunkSize }, (error, whole) => {
      if (error === null) resolve(whole);
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') reject(overflows(error));
      else reject(damaged('cannot be unpacked from the zip', error));
    });
  });
const SYNC_FLUSH = 2;

const changedZip = (): IchorError =>
  new IchorError(
    'source-changed',
    'The zip was written to while it was read: its directory is not the one that this run read.',
    'Run again once nobody writes to it.',
  );

function unreadableZip(error: ZipDamaged, shown: string): IchorError {
  if (error.what === 'parts')
    return new IchorError(
      'source-zip-parts',
      `${shown} is one part of a zip that was split into several files.`,
      'Join them first, into one zip: zip -s 0 PART.zip --out whole.zip.',
      2,
    );
  if (error.what === 'joined')
    return new IchorError(
      'source-zip-joined',
      `${shown} holds two archives, one behind the other: what is in the first is listed nowhere.`,
      'It was joined of two zips. Take each by itself, or unpack both and zip the folder anew (the first: `zip -FF`).',
      2,
    );
  const cut = error.what === 'cut-off';
  return new IchorError(
    'source-zip-damaged',
    cut ? `${shown} has no end: what a zip holds is listed there.` : `The list of what ${shown} holds is damaged.`,
    cut
      ? 'It was cut off: download or copy it again, and compare its size.'
      : 'Copy it again, or rebuild it with `zip -FF`.',
    2,
    { cause: error },
  );
}

/** Directories that were read, of archives that are as they were: index and shards open the same one. */
const known = new Map<string, Promise<ZipArchive>>();
const MOST_KNOWN = 4;

/** As `ZipArchive.open`; also `source-unreadable` (exit 2) where the file cannot be opened. */
export async function openZip(path: string, shown: string): Promise<ZipArchive> {
  try {
    const { mtimeNs, ctimeNs, ino, size } = await stat(path, { bigint: true });
    const name = [path, mtimeNs, ctimeNs, ino, size].join('\0');
    const archive = known.get(name) ?? ZipArchive.open(path, shown);
    known.delete(name);
    known.set(name, archive);
    archive.catch(() => known.delete(name));
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value as string);
    return await archive;
  } catch (error) {
    if (error instanceof IchorError) throw error;
    // The system's message holds the path, which may be private.
    throw new IchorError(
      'source-unreadable',
      `${shown} cannot be read: ${systemReason(error)}.`,
      'Look at its permissions, and at the disk that holds it.',
      2,
      { cause: error },
    );
  }
}
