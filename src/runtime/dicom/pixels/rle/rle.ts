import { type FrameFormat, pixelsOf } from '../frame-format.ts';
import { Undecodable } from '../undecodable.ts';
import { type Unpacker, unpacker } from './unpack.ts';

/** The header of an RLE frame: a count and fifteen offsets (PS3.5 G.5). */
const HEADER = 64;

/**
 * RLE Lossless (PS3.5 annex G): one run of PackBits a byte of a word, the most significant byte first. Returns words in
 * little endian. Throws Undecodable where a segment does not give exactly the picture's pixels: then something in it is wrong.
 */
export function decodeRle(bytes: Uint8Array, format: FrameFormat, { unpack }: Unpacker = unpacker()): Uint8Array {
  const segments = segmentsOf(bytes, format.bitsAllocated / 8);
  const found = unpack(segments, pixelsOf(format));
  if ('unfit' in found && found.unfit === 'ends') throw new Undecodable('end before the picture does (RLE)');
  if ('unfit' in found || segments.some((segment, place) => !isFilling(segment.subarray(found.taken[place]))))
    throw new Undecodable('go on behind the picture (RLE)');
  return found.words;
}

/** A byte that makes the length even, or what is filled up with nothing. */
const isFilling = (rest: Uint8Array): boolean => rest.subarray(0, -1).every((byte) => byte === 0 || byte === 128);

function segmentsOf(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length < HEADER) throw new Undecodable('end within their RLE header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments = view.getUint32(0, true);
  if (segments !== width) throw new Undecodable(`have ${segments} RLE segments, and words of ${width} bytes`);
  return Array.from({ length: segments }, (_, segment) => {
    const from = view.getUint32(4 + 4 * segment, true);
    const to = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    if (from < HEADER || to < from || to > bytes.length) throw new Undecodable('have RLE segments that lie nowhere');
    return bytes.subarray(from, to);
  });
}
