import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../src/files/crc32.ts';

/** A member as a test wants it: what is not said is as an honest program writes it. */
export interface Written {
  name: string | Buffer;
  data?: Buffer | string;
  method?: 0 | 8 | number;
  /** UTF-8 unless it says otherwise. */
  flags?: number;
  /** Stated in the directory. */
  crc?: number;
  bytes?: number;
  /** What the local header says of its name. */
  localName?: string;
  /** 3 Unix, 0 DOS. */
  host?: number;
  mode?: number;
  extra?: Buffer;
  /** Offset of another member in its place. */
  offset?: number;
  /** Its data, packed, as they are. */
  packed?: Buffer;
}

const UTF8 = 0x800;

/** A zip archive, honest or not (APPNOTE). `zip64`: with its end records. */
export function zipOf(members: readonly Written[], { zip64 = false, before = Buffer.alloc(0) } = {}): Buffer {
  const parts: Buffer[] = [before];
  const central: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const name = Buffer.from(member.name as string);
    const data = Buffer.from(member.data ?? '');
    const method = member.method ?? 8;
    const packed = member.packed ?? (method === 8 ? deflateRawSync(data) : data);
    const crc = member.crc ?? crc32(data);
    const bytes = member.bytes ?? data.length;
    const flags = member.flags ?? UTF8;
    const localName = Buffer.from(member.localName ?? name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(crc, 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(bytes, 22);
    local.writeUInt16LE(localName.length, 26);
    const head = Buffer.alloc(46);
    const extra = member.extra ?? Buffer.alloc(0);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE(((member.host ?? 3) << 8) | 20, 4);
    head.writeUInt16LE(20, 6);
    head.writeUInt16LE(flags, 8);
    head.writeUInt16LE(method, 10);
    head.writeUInt32LE(crc, 16);
    head.writeUInt32LE(packed.length, 20);
    head.writeUInt32LE(bytes, 24);
    head.writeUInt16LE(name.length, 28);
    head.writeUInt16LE(extra.length, 30);
    head.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 38);
    head.writeUInt32LE(member.offset ?? at, 42);
    central.push(head, name, extra);
    if (member.offset !== undefined) continue;
    parts.push(local, localName, packed);
    at += 30 + localName.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : members.length, 8);
  end.writeUInt16LE(zip64 ? 0xffff : members.length, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : directory.length, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : at, 16);
  return Buffer.concat([...parts, directory, ...(zip64 ? end64(members.length, directory.length, at) : []), end]);
}

function end64(count: number, bytes: number, offset: number): Buffer[] {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator];
}
