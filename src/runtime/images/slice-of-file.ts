import { hash } from 'node:crypto';
import { readNow } from '../../files/read-now.ts';
import { type HounsfieldRule, hounsfieldRule } from '../dicom/hounsfield.ts';
import { InflateError, logicalFile } from '../dicom/logical-file.ts';
import { PixelReader } from '../dicom/pixels/slice-pixels.ts';
import { headerOf } from '../dicom/read-header.ts';
import { isEncapsulated } from '../dicom/transfer-syntax.ts';
import { sliceKernel } from './kernel/slice-kernel.ts';
import type { WindowTable } from './resize.ts';
import { type RecordJob, type SliceRecord, sliceRecord } from './slice-record.ts';

/** A file that is one slice, to be read and made a record of by one thread. Plain data. */
export interface FileJob
  extends Pick<
    RecordJob,
    'slice' | 'series' | 'patient' | 'labels' | 'channels' | 'size' | 'interpolation' | 'storage'
  > {
  /** Where it lies, or what it holds. */
  from: { path: string | Uint8Array } | { bytes: Uint8Array };
  fileBytes: number;
  repairIntercept: boolean;
  /** Whether the hash of the whole file is wanted. */
  content: boolean;
}

/** What was made of it, and what it was made of. */
export interface SliceOfFile {
  /** SHA-256 of its header, hex, and of the whole file. */
  headerHash: string;
  content: string | null;
  rule: HounsfieldRule;
  rows: number;
  columns: number;
  made: SliceRecord;
}

/**
 * The slice of a file whose pixels are not encoded. Null where anything is not as it should be, and where a codec is needed:
 * whoever asked then takes the long way, which says what is wrong, and bounds what codecs may do.
 */
export async function sliceOfFile(
  job: FileJob,
  tableOf: (rule: HounsfieldRule) => Promise<WindowTable>,
): Promise<SliceOfFile | null> {
  const file = bytesOf(job);
  if (file === null) return null;
  try {
    const { read } = await logicalFile(async (offset, length) => file.subarray(offset, offset + length));
    const { header, hash: headerHash } = await headerOf(read);
    if (header === null || header.parts !== null || isEncapsulated(header.transferSyntax)) return null;
    const pixels = await new PixelReader(read, header, 'shared').frame(1);
    if ('problem' in pixels) return null;
    const { slope, intercept, padding, modalityTable } = header;
    const { rows, columns } = pixels.format;
    const rule = hounsfieldRule(pixels.format, slope, intercept, job.repairIntercept, padding, modalityTable);
    const content = job.content ? hash('sha256', file, 'hex') : null;
    const { from: _, fileBytes: __, repairIntercept: ___, content: ____, ...slice } = job;
    const { bytes } = pixels.encoded;
    const made = await sliceRecord({ ...slice, bytes, rows, columns, rule, table: await tableOf(rule) });
    return { headerHash, content, rule, rows, columns, made };
  } catch (error) {
    if (error instanceof InflateError) return null;
    throw error;
  }
}

/** All of the file, in memory that the next one overwrites; null where it cannot be read, or has another size. */
function bytesOf({ from, fileBytes }: FileJob): Buffer | null {
  if ('bytes' in from) {
    const { buffer, byteOffset, length } = from.bytes;
    return length === fileBytes ? Buffer.from(buffer, byteOffset, length) : null;
  }
  const into = sliceKernel()?.file(fileBytes + 1) ?? Buffer.allocUnsafe(fileBytes + 1);
  try {
    if (!readNow(from.path, fileBytes, into)) return null;
  } catch (error) {
    // What the system says of it is read by whoever takes the long way.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
  return Buffer.from(into.buffer, into.byteOffset, fileBytes);
}
