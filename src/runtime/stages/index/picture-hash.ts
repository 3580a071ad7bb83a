import { createHash } from 'node:crypto';
import type { OpenSource } from '../../../registry/kinds/source.ts';
import { hounsfieldRule, hounsfieldTable, storedBits } from '../../dicom/hounsfield.ts';
import { loadDicomParser, parseHeader } from '../../dicom/parse-header.ts';

/**
 * What a file shows: SHA-256 over rows, columns and HU, whatever its header says otherwise. Null where its pixels end
 * early or cannot be read. For files that claim to be one slice: nobody reads an archive twice for this.
 */
export async function pictureHash(source: OpenSource, path: string, repairIntercept: boolean): Promise<string | null> {
  const dicom = await loadDicomParser();
  // A file that cannot be read any more fails in shards, which says so.
  const bytes = await source.read(path).catch(() => null);
  const parsed = bytes === null ? null : parseHeader(dicom, bytes, true);
  if (bytes === null || parsed?.status !== 'read') return null;
  const { pixels, slope, intercept, pixelOffset, pixelLength } = parsed.header;
  const rule = hounsfieldRule(pixels, slope, intercept, repairIntercept);
  const stored = bytes.subarray(pixelOffset, pixelOffset + (pixelLength ?? 0));
  const bits = storedBits(stored, pixels.rows * pixels.columns, rule);
  if (bits === null) return null;
  const table = hounsfieldTable(rule);
  const hu = Int32Array.from(bits, (pattern) => Math.round(table[pattern] as number));
  return createHash('sha256')
    .update(`${pixels.rows} ${pixels.columns}\n`)
    .update(new Uint8Array(hu.buffer))
    .digest('hex');
}
