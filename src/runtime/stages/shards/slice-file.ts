import { IchorError } from '../../../errors.ts';
import type { OpenSource } from '../../../registry/kinds/source.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { RangeReader } from '../../dicom/compact-header.ts';
import { frameHeader } from '../../dicom/functional-groups.ts';
import type { DicomHeader } from '../../dicom/header.ts';
import { InflateError, logicalFile } from '../../dicom/logical-file.ts';
import type { NoPixels } from '../../dicom/pixels/frame-format.ts';
import { type FramePixels, PixelReader } from '../../dicom/pixels/slice-pixels.ts';
import { headerOf, rangesOf } from '../../dicom/read-header.ts';
import { sourceChanged } from '../source-changed.ts';
import type { FileContents } from './file-contents.ts';

/** Files up to here are read as a whole, once; of a larger one its header and its pixels. */
export const WHOLE_BYTES = 8 * 1024 * 1024;
/** What a file system answers where a medium or a connection fails, and the file is still there. */
export const READ_ERRORS = new Set(['EIO', 'EBADMSG', 'ENODATA', 'EREMOTEIO', 'ESTALE', 'ETIMEDOUT', 'EUCLEAN']);
/** Files of several frames that stay open: their slices follow each other. */
const MOST_OPEN = 2;

export interface SliceFiles {
  source: OpenSource;
  /** What the files have to hold; null where the source generates, whose pictures nobody changes. */
  contents: FileContents | null;
  /** Clear path of a row's file: it may be an HMAC. */
  pathOf(row: SliceRow): string | undefined;
  /** What stands for a header's hash in the index. */
  seal(hash: string): string;
}

/** What was read of a slice. */
export interface ReadSlice {
  header: DicomHeader;
  pixels: FramePixels | NoPixels;
  content: string | null;
}

interface OpenedFile {
  header: DicomHeader;
  pixels: PixelReader;
  content: string | null;
}

/**
 * Reads slices of the files that index saw: header and pixels as they stand there. A file of many frames is opened, and
 * looked at as a whole, once. Null where the medium fails within a file. Throws `source-changed`.
 */
export function sliceReader(files: SliceFiles): (row: SliceRow) => Promise<ReadSlice | null> {
  const opened = new Map<string, { file: Promise<OpenedFile>; last: Promise<unknown> }>();
  const take = async (row: SliceRow, { header, pixels, content }: OpenedFile): Promise<ReadSlice> => ({
    header: frameHeader(header, row.frame ?? 1),
    pixels: await pixels.frame(row.frame ?? 1),
    content,
  });
  return async (row) => {
    try {
      if (row.frame === undefined) return await take(row, await openFile(files, row));
      let own = opened.get(row.file);
      if (own === undefined) {
        const [oldest] = opened.keys();
        if (opened.size >= MOST_OPEN && oldest !== undefined) opened.delete(oldest);
        const file = openFile(files, row);
        own = { file, last: Promise.resolve() };
        opened.set(row.file, own);
      }
      const { file } = own;
      // One after the other: what is deflated is read forward.
      const mine = own.last.then(async () => take(row, await file));
      own.last = mine.catch(() => {});
      return await mine;
    } catch (error) {
      if (error instanceof IchorError) throw error;
      // Its header could be read: index saw it.
      if (error instanceof InflateError) throw sourceChanged(row.file, `it is deflated, and ${error.message}`);
      // The system's message holds the path, which may be private: only its code is shown.
      const { code = 'unknown error' } = error as NodeJS.ErrnoException;
      if (READ_ERRORS.has(code)) return null;
      throw sourceChanged(row.file, `it cannot be read (${code})`);
    }
  };
}

async function openFile(files: SliceFiles, row: SliceRow): Promise<OpenedFile> {
  const path = files.pathOf(row);
  if (path === undefined) throw sourceChanged(row.file, 'it is not there any more');
  const { read, whole } = await rangesOfSame(files.source, path, row);
  const logical = await logicalFile(read);
  const { header, hash } = await headerOf(logical.read);
  if (header === null || files.seal(hash) !== row.headerHash) throw sourceChanged(row.file, 'its header differs');
  const { contents } = files;
  const content =
    contents && (whole === null ? await contents.ofFile(row.file, path, row.bytes) : contents.of(row.file, whole));
  return { header, pixels: new PixelReader(logical.read, header), content };
}

/** Reads parts of a file whose size is the one that index saw. */
async function rangesOfSame(
  source: OpenSource,
  path: string,
  row: SliceRow,
): Promise<{ read: RangeReader; whole: Buffer | null }> {
  const whole = row.bytes <= WHOLE_BYTES || source.readRange === undefined ? await source.read(path) : null;
  const read: RangeReader =
    whole === null ? rangesOf(source, path) : async (offset, length) => whole.subarray(offset, offset + length);
  if (whole !== null && whole.length !== row.bytes)
    throw sourceChanged(row.file, `it has ${whole.length} bytes instead of ${row.bytes}`);
  // Its last byte is there, and none behind it.
  if (whole === null && (await read(row.bytes - 1, 2)).length !== 1)
    throw sourceChanged(row.file, `it has not ${row.bytes} bytes any more`);
  return { read, whole };
}
