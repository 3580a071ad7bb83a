import type { RangeReader } from '../compact-header.ts';
import type { DicomHeader, PixelFormat } from '../header.ts';
import { InflateError } from '../logical-file.ts';
import { familyOf, isEncapsulated } from '../transfer-syntax.ts';
import { type FoundFrames, framesInFragments, TRUNCATED } from './fragments.ts';
import type { EncodedFrame, NoPixels } from './frame-format.ts';
import { jpegPrecision } from './jpeg.ts';
import { jpeg2000Header } from './jpeg2000-header.ts';
import { Undecodable } from './undecodable.ts';

/** A codestream is at most so many times as long as the words that it stands for: noise that is compressed is hardly longer. */
const LONGEST_CODESTREAM = 4;
const SHORTEST = 64 * 1024;

/** The pixels of a frame as they stand in the file, and how its stored values are to be read. */
export interface FramePixels {
  encoded: EncodedFrame;
  /** The header's, but of as many bits as its codestream has where these are more. */
  format: PixelFormat;
}

/** Reads frames of one file, whose header is known. One after the other: `frame` is not called again before it is done. */
export class PixelReader {
  #found: FoundFrames | null = null;

  constructor(
    /** As `logicalFile` gives it. */
    readonly read: RangeReader,
    readonly header: DicomHeader,
    /** `shared`: native pixels may be parts of what `read` gives; else they have memory of their own, for another thread. */
    readonly memory: 'own' | 'shared' = 'own',
  ) {}

  /** A frame, 1-based. Throws what reading throws. */
  async frame(frame: number): Promise<FramePixels | NoPixels> {
    try {
      return await this.#frame(frame);
    } catch (error) {
      if (error instanceof InflateError) return { problem: 'undecodable', message: 'cannot be inflated' };
      throw error;
    }
  }

  async #frame(frame: number): Promise<FramePixels | NoPixels> {
    const { header } = this;
    const format = header.pixels;
    if (!isEncapsulated(header.transferSyntax)) {
      const bytes = await this.#native(frame);
      return { encoded: { bytes, syntax: header.transferSyntax, format }, format };
    }
    this.#found ??= await framesInFragments(this.read, header);
    const ranges = this.#found[frame - 1] ?? TRUNCATED;
    if ('message' in ranges) return ranges;
    const length = ranges.reduce((sum, range) => sum + range.length, 0);
    const words = (format.rows * format.columns * format.bitsAllocated) / 8;
    if (length > LONGEST_CODESTREAM * words + SHORTEST)
      return {
        problem: 'undecodable',
        message: `take ${length} bytes, more than a picture of ${format.columns} × ${format.rows} can`,
      };
    const parts: Buffer[] = [];
    for (const range of ranges) parts.push(await this.read(range.offset, range.length));
    // The thread gets memory of its own: a Buffer's may be shared.
    const bytes = Uint8Array.from(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
    if (bytes.length < length) return TRUNCATED;
    return { encoded: { bytes, syntax: header.transferSyntax, format }, format: widened(format, header, bytes) };
  }

  /** Possibly fewer bytes than there should be. */
  async #native(frame: number): Promise<Uint8Array> {
    const { pixels, pixelOffset, pixelLength, pixelOrder } = this.header;
    const one = (pixels.rows * pixels.columns * pixels.bitsAllocated) / 8;
    const at = (frame - 1) * one;
    // Bytes in exchanged pairs: of an odd number of them the last stands in the place of one that is not there.
    const even = pixelOrder === 'swapped' ? one + ((at + one) % 2) + (at % 2) : one;
    const from = pixelOrder === 'swapped' ? at - (at % 2) : at;
    const length = Math.max(0, Math.min((pixelLength ?? 0) - from, even));
    const found = await this.read(pixelOffset + from, length);
    if (pixelOrder === 'little' && this.memory === 'shared') return found;
    const bytes = Uint8Array.from(found);
    if (pixelOrder === 'little') return bytes;
    const swapped = Buffer.from(bytes.buffer, 0, bytes.length - (bytes.length % 2)).swap16();
    return pixelOrder === 'words' ? swapped : swapped.subarray(at - from, at - from + one);
  }
}

/**
 * Codestreams say how many bits their values have. Where JPEG 2000 and JPEG-LS have more than the header says are stored, these
 * count: nothing but the header claims that the rest is no part of the picture, and every decoder of DICOM gives them.
 */
function widened(format: PixelFormat, { transferSyntax }: DicomHeader, bytes: Uint8Array): PixelFormat {
  const bits = precisionOf(bytes, transferSyntax);
  if (bits === null || bits <= format.bitsStored || bits > format.bitsAllocated) return format;
  return { ...format, bitsStored: bits, highBit: bits - 1 };
}

function precisionOf(bytes: Uint8Array, syntax: string): number | null {
  try {
    const family = familyOf(syntax);
    if (family === 'jpeg-2000') return jpeg2000Header(bytes).precision;
    return family === 'jpeg-ls' ? jpegPrecision(bytes) : null;
  } catch (error) {
    // Whoever decodes it says what is wrong.
    if (error instanceof Undecodable) return null;
    throw error;
  }
}
