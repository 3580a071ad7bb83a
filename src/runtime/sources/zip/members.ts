import type { ZipEntry } from '../../../files/zip.ts';
import type { SourceFile } from '../../../registry/kinds/source.ts';
import { isUnsafe, memberName, plainName } from './member-name.ts';

export type MemberProblem = NonNullable<SourceFile['problem']>;

/** A file in a zip. */
export interface Member {
  /** Its path, with `/`; of a member that leads out of the archive its name as it stands there. */
  path: string;
  /** The name's bytes, which its local header has to repeat. */
  nameBytes: Buffer;
  method: number;
  /** Bit 3: sizes and CRC-32 stand behind the data. */
  flags: number;
  crc: number;
  compressedBytes: number;
  bytes: number;
  offset: number;
  /** Why nothing of it is read. */
  problem: MemberProblem | null;
}

const STORED = 0;
const DEFLATED = 8;
/** By its method: encrypted as WinZip does. */
const AES = 99;
/** Of deflate: a byte of it can stand for no more (zlib's own figure). */
const MOST_PER_BYTE = 1032;
/** A file that unpacks to so much, and to so many times itself, is no picture: the largest CT files have some 2 GB, and shrink by half. */
const BOMB_BYTES = 256 << 20;
const BOMB_RATIO = 200;
/** Unix' kind of file, in the upper half of the attributes. */
const KIND = 0o170000;
const KINDS = { link: 0o120000, folder: 0o040000, file: 0o100000 } as const;
const UNIX: readonly number[] = [3, 19];
/** DOS' attribute of a folder. */
const DOS_FOLDER = 0x10;
const METHODS: Readonly<Record<number, string>> = {
  1: 'shrink',
  6: 'implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'xz',
  98: 'PPMd',
};

const problem = (reason: MemberProblem['reason'], message: string): MemberProblem => ({ reason, message });

/** Of an entry of the central directory; null for a folder. */
export function memberOf(entry: ZipEntry): Member | null {
  const name = memberName(entry);
  const kind = UNIX.includes(entry.host) ? (entry.attributes >>> 16) & KIND : 0;
  const folder = /[\\/]$/.test(name) || kind === KINDS.folder || (kind === 0 && (entry.attributes & DOS_FOLDER) !== 0);
  if (folder && entry.bytes === 0 && !isUnsafe(name)) return null;
  const unsafe = isUnsafe(name);
  const { nameBytes, method, flags, crc, compressedBytes, bytes, offset } = entry;
  const path = unsafe ? name : plainName(name);
  const own = { path, nameBytes, method, flags, crc, compressedBytes, bytes, offset };
  return { ...own, problem: unsafe ? UNSAFE : problemOf(entry, kind) };
}

const UNSAFE = problem('unsafe-name', 'has a name in the archive that leads out of it: it is not read');

function problemOf({ method, flags, bytes, compressedBytes }: ZipEntry, kind: number): MemberProblem | null {
  if (kind === KINDS.link) return problem('link-in-zip', 'is a link in a zip, which is not followed');
  if (kind !== 0 && kind !== KINDS.file && kind !== KINDS.folder)
    return problem('not-a-file', 'is a pipe, a socket or a device, which is never read');
  if ((flags & 1) !== 0 || method === AES) return problem('encrypted', 'is encrypted in the zip');
  if (method !== STORED && method !== DEFLATED) {
    const name = METHODS[method] ?? `method ${method}`;
    return problem('packed-otherwise', `is packed in the zip in a way that is not read (${name})`);
  }
  if (method === STORED && bytes !== compressedBytes)
    return problem('damaged-member', 'is stored in the zip under two sizes that contradict each other');
  const claims = `claims ${bytes} bytes, of ${compressedBytes} packed ones`;
  if (bytes > MOST_PER_BYTE * compressedBytes && method === DEFLATED && bytes > 0)
    return problem('zip-bomb', `${claims}: no file can shrink so far`);
  if (bytes > BOMB_BYTES && bytes > BOMB_RATIO * compressedBytes)
    return problem('zip-bomb', `${claims}: no picture shrinks so far`);
  return null;
}

/** Finds out what one member alone does not tell: those that lie on each other, behind the directory, or share a name. */
export function compareMembers(members: Member[], directoryOffset: number): void {
  const byOffset = members.filter((member) => member.problem === null).sort((a, b) => a.offset - b.offset);
  const end = ({ offset, nameBytes, compressedBytes }: Member) => offset + 30 + nameBytes.length + compressedBytes;
  let last: Member | null = null;
  for (const member of byOffset) {
    if (end(member) > directoryOffset) {
      member.problem = problem('damaged-member', 'lies in the zip where no data are: the zip is cut off or damaged');
      continue;
    }
    if (last !== null && member.offset < end(last)) {
      const overlap = problem(
        'zip-bomb',
        'lies in the zip where another file lies: one set of bytes cannot be two files',
      );
      last.problem ??= overlap;
      member.problem = overlap;
      if (end(member) < end(last)) continue;
    }
    last = member;
  }
  tellTwins(members);
}

/** Two members of one path: unpacked, one would take the other's place, and which one depends on the program. */
function tellTwins(members: Member[]): void {
  const first = new Map<string, Member>();
  const taken = new Set(members.map(({ path }) => path));
  for (const member of members) {
    const { path } = member;
    const other = first.get(path);
    if (other === undefined) {
      first.set(path, member);
      continue;
    }
    // A name of its own: each file has one fate.
    member.path = freeName(path, taken);
    taken.add(member.path);
    if (other.crc === member.crc && other.bytes === member.bytes && other.problem === null) {
      member.problem ??= problem('member-twice', 'is in the zip twice, with the same content: one of the two is read');
      continue;
    }
    const two = problem('member-twice', 'is in the zip twice, with two contents: nobody knows which one counts');
    other.problem ??= two;
    member.problem ??= two;
  }
}

function freeName(path: string, taken: ReadonlySet<string>): string {
  const dot = path.lastIndexOf('.');
  const at = dot > path.lastIndexOf('/') + 1 ? dot : path.length;
  for (let n = 2; ; n++) {
    const name = `${path.slice(0, at)} (${n})${path.slice(at)}`;
    if (!taken.has(name)) return name;
  }
}
