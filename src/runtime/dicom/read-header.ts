import { createHash, hash as hashOf } from 'node:crypto';
import { IchorError } from '../../errors.ts';
import { UnreadablePart } from '../../files/unreadable-part.ts';
import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import { NIFTI } from './archive.ts';
import { type CompactHeader, compactHeader, type RangeReader } from './compact-header.ts';
import type { DicomHeader, HeaderDoubt, HeaderProblem } from './header.ts';
import { InflateError, logicalFile } from './logical-file.ts';
import { parseHeader, startOf } from './parse-header.ts';
import { SharedParts } from './shared-parts.ts';
import { unusable } from './usable.ts';

const FIRST_BYTES = 16 * 1024;
/** A header longer than this is read without its long values: 32 files are read at once. */
const MOST_BYTES = 1024 * 1024;

/** Of all headers that are read for an index: they are kept until there is one. */
const shared = new SharedParts();

/** One file of a source, its header read. Either `header` or `problem` is null. */
export interface HeaderReading {
  file: SourceFile;
  /**
   * SHA-256 of the bytes up to the pixels' first, of a header beyond 1 MB without its values beyond 64 kB; of the first
   * 16 kB where no pixels were found.
   */
  hash: string;
  header: DicomHeader | null;
  problem: HeaderProblem | null;
  /** Series UID of a file whose header could be read, and that is refused for what it says: what its series lacks. In clear. */
  refusedOf?: string;
}

/**
 * Reads a file's header and stops before its pixels. What goes wrong with the file is its `problem`; an IchorError of the
 * source is no fault of a file, and is thrown.
 */
export async function readHeader(source: OpenSource, file: SourceFile): Promise<HeaderReading> {
  const failed = (problem: HeaderProblem, hash = sha256(Buffer.alloc(0))): HeaderReading => ({
    file,
    hash,
    header: null,
    problem,
  });
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  if (file.problem !== undefined) return failed(file.problem as HeaderProblem);
  if (name.startsWith('.')) return failed({ reason: 'hidden-file', message: 'is a hidden file' });
  // Only what reading throws is the file's fault.
  let unread: unknown = null;
  const ranges = rangesOf(source, file.path);
  const read: RangeReader = (...range) =>
    ranges(...range).catch((error) => {
      unread = error;
      throw error;
    });
  try {
    const logical = await logicalFile(read);
    const { hash, header, problem, ...refused } = await headerOf(logical.read);
    if (header === null) return { ...failed(isPackedNifti(name, problem) ? NIFTI : problem, hash), ...refused };
    const behind = logical.deflated ? [] : await bytesBehind(read, header, file.bytes);
    const doubts = [...header.doubts, ...behind];
    return { file, hash, header: shared.share({ ...header, doubts }), problem: null };
  } catch (error) {
    if (error instanceof InflateError)
      return failed({ reason: 'unreadable-header', message: `is deflated, and ${error.message}` });
    if (unread === null || error instanceof IchorError) throw error;
    if (error instanceof UnreadablePart) return failed({ reason: error.reason, message: error.message });
    // The system's message holds the path, which may be private: only its code is shown.
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENAMETOOLONG')
      return failed({ reason: 'path-too-long', message: `has a path that is too long for this system (${code})` });
    return failed({ reason: 'unreadable-file', message: `cannot be read (${code})` });
  }
}

/** `brain.nii.gz` is a volume, and not an archive of pictures. */
const isPackedNifti = (name: string, { reason }: HeaderProblem): boolean =>
  reason === 'archive' && /\.nii\.gz$/i.test(name);

/** Bytes behind its pixels that are no elements of a data set: nobody reads them. Padding (FFFC,FFFC) and signatures are elements. */
async function bytesBehind(
  read: RangeReader,
  { pixelOffset, pixelLength }: DicomHeader,
  bytes: number,
): Promise<HeaderDoubt[]> {
  const end = pixelOffset + (pixelLength ?? 0);
  // An odd length is padded to an even one.
  if (pixelLength === null || bytes - end <= 1) return [];
  const group = await read(end, 2);
  if (group.length < 2 || group.readUInt16LE(0) >= 0x7fe0) return [];
  const message = `The file goes on for ${bytes - end} bytes behind its pixels, which are no part of it: another file joined to it, or room that was never filled. They are not read.`;
  return [{ reason: 'bytes-behind', message }];
}

export type HeaderRead =
  | { hash: string; header: DicomHeader; problem: null }
  | { hash: string; header: null; problem: HeaderProblem; refusedOf?: string };

/** The header of a file of any size, in bounded memory: `read` as `logicalFile` gives it. Throws what `read` throws. */
export async function headerOf(read: RangeReader): Promise<HeaderRead> {
  for (let length = FIRST_BYTES; ; length *= 8) {
    const bytes = await read(0, length);
    const failed = (problem: HeaderProblem): HeaderRead => ({ hash: headHash(bytes), header: null, problem });
    if (bytes.length === 0) return failed({ reason: 'empty-file', message: 'is empty' });
    const parsed = parseHeader(bytes, bytes.length < length);
    if (parsed.status === 'read') return usableHeader(parsed.header, headerHash(bytes, parsed.header));
    if (parsed.status === 'problem') return failed(parsed.problem);
    if (length >= MOST_BYTES) return longHeader(read, bytes);
  }
}

/** A header that goes on beyond `first`. */
async function longHeader(read: RangeReader, first: Buffer): Promise<HeaderRead> {
  const failed = (problem: HeaderProblem): HeaderRead => ({ hash: headHash(first), header: null, problem });
  const unreadable: HeaderProblem = { reason: 'unreadable-header', message: 'has a header that cannot be parsed' };
  const start = startOf(first);
  if (start === null || start.form === null) return failed(unreadable);
  const compact = await compactHeader(read, first.subarray(0, start.offset), start.form);
  if (compact === null) return failed(unreadable);
  const parsed = parseHeader(compact.bytes, true, new Set(compact.cut.map(({ tag }) => tag)));
  if (parsed.status === 'problem') return failed(parsed.problem);
  if (parsed.status === 'more' || compact.pixelOffset === null) return failed(unreadable);
  return usableHeader({ ...parsed.header, pixelOffset: compact.pixelOffset }, compactHash(compact));
}

function usableHeader(header: DicomHeader, hash: string): HeaderRead {
  const problem = unusable(header);
  if (problem === null) return { hash, header, problem };
  const { series } = header;
  return { hash, header: null, problem, ...(series === '' ? {} : { refusedOf: series }) };
}

/** Parts of a file of a source; of one whose author gave no `readRange`, the file from its start. */
export function rangesOf(source: Pick<OpenSource, 'read' | 'readRange'>, path: string): RangeReader {
  return async (offset, length) => {
    if (offset === 0) return source.read(path, length);
    if (source.readRange !== undefined) return source.readRange(path, offset, length);
    return (await source.read(path, offset + length)).subarray(offset);
  };
}

/** SHA-256, hex, of the file up to the first byte of its pixels. */
export const headerHash = (bytes: Buffer, header: DicomHeader): string => sha256(bytes.subarray(0, header.pixelOffset));

const headHash = (bytes: Buffer): string => sha256(bytes.subarray(0, FIRST_BYTES));

/** What was cut out counts by its length. */
const compactHash = ({ bytes, cut }: CompactHeader): string =>
  createHash('sha256').update(bytes).update(JSON.stringify(cut)).digest('hex');

const sha256 = (bytes: Buffer): string => hashOf('sha256', bytes, 'hex');
