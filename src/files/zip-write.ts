import { crc32 } from './crc32.ts';

/** A member of a zip that is written: stored, not deflated (weights hardly become smaller). */
export interface ZipWritten {
  /** With `/` between folders. */
  name: string;
  data: Uint8Array;
}

/** Sizes and offsets have 32 bits; a larger archive needs fields that are not written here. */
export const MOST_ZIP_BYTES = 2 ** 32 - 1;
const UTF8 = 0x800;
const VERSION = 20;
/** 1 January 1980, the first day that a zip knows: equal contents are equal bytes. */
const DATE = 0x21;
const UNIX_FILE = (0o100644 << 16) >>> 0;

/** A zip of these members, in their order (APPNOTE 4.3). Throws RangeError above `MOST_ZIP_BYTES`. */
export function zipBytes(members: readonly ZipWritten[]): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, data } of members) {
    const called = Buffer.from(name);
    const [crc, offset] = [crc32(data), at];
    const shared = (header: Buffer, from: number) => {
      header.writeUInt16LE(VERSION, from);
      header.writeUInt16LE(UTF8, from + 2);
      header.writeUInt16LE(DATE, from + 8);
      header.writeUInt32LE(crc, from + 10);
      header.writeUInt32LE(data.length, from + 14);
      header.writeUInt32LE(data.length, from + 18);
      header.writeUInt16LE(called.length, from + 22);
      return header;
    };
    const local = shared(Buffer.alloc(30), 4);
    local.writeUInt32LE(0x04034b50, 0);
    const central = shared(Buffer.alloc(46), 6);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE((3 << 8) | VERSION, 4);
    central.writeUInt32LE(UNIX_FILE, 38);
    central.writeUInt32LE(offset, 42);
    parts.push(local, called, data);
    directory.push(central, called);
    at += local.length + called.length + data.length;
    if (at > MOST_ZIP_BYTES) throw new RangeError('the archive is larger than 4 GB');
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}
