import { inflateRawSync } from 'node:zlib';
import { familyOf } from '../transfer-syntax.ts';
import { type EncodedFrame, pixelsOf } from './frame-format.ts';
import { Undecodable } from './undecodable.ts';

/**
 * The stored words of a frame, 8 or 16 bits each in little endian, as an uncompressed file would hold them: equal to pydicom's
 * values, of lossy JPEG within two steps. `message` instead where they cannot be had without a guess; continues "Its pixels".
 */
export async function decodeFrame({ bytes, syntax, format }: EncodedFrame): Promise<Uint8Array | { message: string }> {
  try {
    switch (familyOf(syntax)) {
      case 'rle':
        return (await import('./rle/rle.ts')).decodeRle(bytes, format);
      case 'jpeg':
        return (await import('./jpeg.ts')).decodeJpeg(bytes, format);
      case 'jpeg-ls':
        return await (await import('./jpeg-ls.ts')).decodeJpegLs(bytes, format);
      case 'jpeg-2000':
        return await (await import('./jpeg2000.ts')).decodeJpeg2000(bytes, format);
      case 'deflated-frame':
        return inflated(bytes, (pixelsOf(format) * format.bitsAllocated) / 8);
      default:
        return bytes;
    }
  } catch (error) {
    if (error instanceof Undecodable) return { message: error.message };
    throw error;
  }
}

/** Never more than is needed: a few bytes can be made to inflate to gigabytes. */
function inflated(bytes: Uint8Array, length: number): Uint8Array {
  let found: Buffer;
  try {
    found = inflateRawSync(bytes, { maxOutputLength: length + 1 });
  } catch (error) {
    throw new Undecodable('cannot be inflated', { cause: error });
  }
  // A byte that makes the length even.
  if (found.length < length) throw new Undecodable('end before the picture does (deflate)');
  return found.subarray(0, length);
}
