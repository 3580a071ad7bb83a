import { createHash } from 'node:crypto';
import type { RangeReader } from '../../../src/runtime/dicom/compact-header.ts';
import { frameHeader } from '../../../src/runtime/dicom/functional-groups.ts';
import type { DicomHeader } from '../../../src/runtime/dicom/header.ts';
import { hounsfieldRule, hounsfieldTable, storedBits } from '../../../src/runtime/dicom/hounsfield.ts';
import { InflateError, logicalFile } from '../../../src/runtime/dicom/logical-file.ts';
import { decodeFrame } from '../../../src/runtime/dicom/pixels/decode-frame.ts';
import { PixelReader } from '../../../src/runtime/dicom/pixels/slice-pixels.ts';
import { headerOf } from '../../../src/runtime/dicom/read-header.ts';

export interface StoredFrame {
  values: Int32Array;
  hounsfield: Float64Array;
  header: DicomHeader;
}

/** All frames of a file as stored values and HU, or why there are none. `decode`: in a thread, where it may hang. */
export async function storedOf(
  bytes: Buffer,
  decode: typeof decodeFrame = decodeFrame,
): Promise<{ frames: StoredFrame[] } | { reason: string; message: string }> {
  const ranges: RangeReader = async (offset, length) => bytes.subarray(offset, offset + length);
  try {
    const { read } = await logicalFile(ranges);
    const { header, problem } = await headerOf(read);
    if (header === null) return problem;
    const pixels = new PixelReader(read, header);
    const frames: StoredFrame[] = [];
    for (let frame = 1; frame <= header.frames; frame++) {
      const own = frameHeader(header, frame);
      if (own.problem !== null) return own.problem;
      const found = await pixels.frame(frame);
      if ('message' in found) return { reason: 'undecodable-pixels', message: found.message };
      const words = await decode(found.encoded);
      if ('message' in words) return { reason: 'undecodable-pixels', message: words.message };
      const rule = hounsfieldRule(found.format, own.slope, own.intercept, false, null, own.modalityTable);
      const bits = storedBits(words, own.pixels.rows * own.pixels.columns, rule);
      if (bits === null) return { reason: 'truncated-pixels', message: 'end early' };
      const half = 2 ** (rule.bitsStored - 1);
      const table = hounsfieldTable(rule);
      frames.push({
        header: own,
        values: Int32Array.from(bits, (value) => (rule.signed && value >= half ? value - 2 * half : value)),
        hounsfield: Float64Array.from(bits, (value) => table[value] as number),
      });
    }
    return { frames };
  } catch (error) {
    if (error instanceof InflateError) return { reason: 'unreadable-header', message: error.message };
    throw error;
  }
}

/** SHA-256 of all values as little-endian int32. */
export function hashOf(frames: readonly StoredFrame[]): string {
  const hash = createHash('sha256');
  for (const { values } of frames) hash.update(new Uint8Array(values.buffer));
  return hash.digest('hex');
}
