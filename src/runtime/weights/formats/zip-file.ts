import { type FileHandle, open } from '../../../files/fs.ts';
import { dataOffset, listMembers, readMember, ZipDamaged, type ZipMember } from '../../../files/zip.ts';
import { cutOff, unreadableWeights, unsafeWeights } from './errors.ts';
import type { Hdf5Place } from './hdf5.ts';

/** More than weights ever shrink by, and the size below which it does not matter. */
const MOST_PACKED = 20;
const ROOM = 64 << 20;

/** A zip with weights in it. Nothing of it is ever written to the disk. Throws IchorError `weights-file-*`. */
export class Zip {
  private constructor(
    private readonly path: string,
    readonly handle: FileHandle,
    private readonly members: ReadonlyMap<string, ZipMember>,
  ) {}

  static async open(path: string): Promise<Zip> {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const members = await listMembers(handle);
      requireSane(path, members, size);
      return new Zip(path, handle, new Map(members.map((member) => [member.name, member])));
    } catch (error) {
      await handle.close();
      throw damaged(path, error);
    }
  }

  get names(): readonly string[] {
    return [...this.members.keys()];
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  /** Size of a member, unpacked. */
  bytesOf(name: string): number {
    return this.member(name).bytes;
  }

  /** @param limit refused where it is larger, bytes */
  async read(name: string, limit: number): Promise<Buffer> {
    const member = this.member(name);
    if (member.bytes > limit) throw unsafeWeights(this.path, `${name} in it has ${member.bytes} bytes`);
    return readMember(this.handle, member).catch((error: unknown) => {
      throw damaged(this.path, error);
    });
  }

  async json(name: string, limit: number): Promise<unknown> {
    const text = (await this.read(name, limit)).toString('utf8');
    try {
      return JSON.parse(text);
    } catch (error) {
      throw unreadableWeights(this.path, `${name} in it is no JSON`, error);
    }
  }

  /** Where a member lies: in the file itself where it is stored, else unpacked in memory. */
  async place(name: string): Promise<Hdf5Place> {
    const member = this.member(name);
    if (member.method === 0 && member.bytes === member.compressedBytes) {
      const start = await dataOffset(this.handle, member).catch((error: unknown) => {
        throw damaged(this.path, error);
      });
      if (start + member.bytes > (await this.handle.stat()).size) throw cutOff(this.path, `${name} in it is cut off`);
      return { start, size: member.bytes, bytes: null };
    }
    const whole = await this.read(name, Number.MAX_SAFE_INTEGER);
    const bytes = new SharedArrayBuffer(whole.length);
    new Uint8Array(bytes).set(whole);
    return { start: 0, size: whole.length, bytes };
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private member(name: string): ZipMember {
    const member = this.members.get(name);
    if (member === undefined) throw unreadableWeights(this.path, `it has no ${name}`);
    return member;
  }
}

function requireSane(path: string, members: readonly ZipMember[], size: number): void {
  const seen = new Set<string>();
  let packed = 0;
  let bytes = 0;
  for (const { name, offset, compressedBytes, bytes: own } of members) {
    if (/^[\\/]|^[a-z]:|(^|[\\/])\.\.([\\/]|$)|\0/i.test(name))
      throw unsafeWeights(path, `${JSON.stringify(name)} in it leads out of it`);
    if (seen.has(name)) throw unsafeWeights(path, `${name} is in it twice`);
    seen.add(name);
    if (offset + compressedBytes > size) throw cutOff(path, `${name} in it lies beyond its end`);
    packed += compressedBytes;
    bytes += own;
  }
  if (packed > size) throw unsafeWeights(path, 'its files lie on each other');
  if (bytes > Math.max(ROOM, MOST_PACKED * size))
    throw unsafeWeights(path, `its files claim ${bytes} bytes, and it has ${size}`);
}

function damaged(path: string, error: unknown): unknown {
  if (!(error instanceof ZipDamaged)) return error;
  return /cut off/.test(error.message)
    ? cutOff(path, 'as a zip it has no end, which is written last', error)
    : unreadableWeights(path, `as a zip it is damaged: ${error.message}`, error);
}
