import { createHash } from 'node:crypto';
import type { OpenSource } from '../../../registry/kinds/source.ts';
import { frameHeader } from '../../dicom/functional-groups.ts';
import { hounsfieldRule, hounsfieldTable, storedBits } from '../../dicom/hounsfield.ts';
import { InflateError, logicalFile } from '../../dicom/logical-file.ts';
import { PixelReader } from '../../dicom/pixels/slice-pixels.ts';
import { headerOf } from '../../dicom/read-header.ts';
import type { SlicePool } from '../../images/slice-pool.ts';
import type { Candidate } from './candidate.ts';

/**
 * What a file, or a frame of it, shows: SHA-256 over rows, columns and HU, whatever its header says otherwise. Null where its
 * pixels end early or cannot be read. For files that claim to be one slice: nobody reads an archive twice for this.
 */
export async function pictureHash(
  source: OpenSource,
  { path, frame = 1 }: Pick<Candidate, 'path' | 'frame'>,
  repairIntercept: boolean,
  pool: SlicePool,
): Promise<string | null> {
  // A file that cannot be read any more fails in shards, which says so.
  const bytes = await source.read(path).catch(() => null);
  if (bytes === null) return null;
  try {
    const { read } = await logicalFile(async (offset, length) => bytes.subarray(offset, offset + length));
    const { header } = await headerOf(read);
    if (header === null) return null;
    const found = await new PixelReader(read, header).frame(frame);
    if ('problem' in found) return null;
    const words = await pool.decode(found.encoded);
    if ('message' in words) return null;
    const { format } = found;
    const { slope, intercept, modalityTable } = frameHeader(header, frame);
    const rule = hounsfieldRule(format, slope, intercept, repairIntercept, null, modalityTable);
    const bits = storedBits(words, format.rows * format.columns, rule);
    if (bits === null) return null;
    const table = hounsfieldTable(rule);
    const hu = Int32Array.from(bits, (pattern) => Math.round(table[pattern] as number));
    return createHash('sha256')
      .update(`${format.rows} ${format.columns}\n`)
      .update(new Uint8Array(hu.buffer))
      .digest('hex');
  } catch (error) {
    if (error instanceof InflateError) return null;
    throw error;
  }
}
