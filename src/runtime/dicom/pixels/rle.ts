import { type FrameFormat, pixelsOf } from './frame-format.ts';
import { Undecodable } from './undecodable.ts';

/** The header of an RLE frame: a count and fifteen offsets (PS3.5 G.5). */
const HEADER = 64;

/**
 * RLE Lossless (PS3.5 annex G): one run of PackBits a byte of a word, the most significant byte first. Returns words in
 * little endian. Throws Undecodable where a segment does not give exactly the picture's pixels: then something in it is wrong.
 */
export function decodeRle(bytes: Uint8Array, format: FrameFormat): Uint8Array {
  const width = format.bitsAllocated / 8;
  if (bytes.length < HEADER) throw new Undecodable('end within their RLE header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments = view.getUint32(0, true);
  if (segments !== width) throw new Undecodable(`have ${segments} RLE segments, and words of ${width} bytes`);
  const words = new Uint8Array(pixelsOf(format) * width);
  for (let segment = 0; segment < segments; segment++) {
    const from = view.getUint32(4 + 4 * segment, true);
    const to = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    if (from < HEADER || to < from || to > bytes.length) throw new Undecodable('have RLE segments that lie nowhere');
    unpackBits(bytes.subarray(from, to), words, width - 1 - segment, width, pixelsOf(format));
  }
  return words;
}

function unpackBits(from: Uint8Array, into: Uint8Array, offset: number, step: number, pixels: number): void {
  let at = 0;
  let out = offset;
  const end = offset + pixels * step;
  while (out < end && at < from.length) {
    const head = from[at++] as number;
    if (head === 128) continue;
    if (head < 128) {
      const literal = Math.min(head + 1, from.length - at);
      if (literal <= head) break;
      for (let i = 0; i <= head && out < end; i++, out += step) into[out] = from[at + i] as number;
      at += head + 1;
    } else {
      const value = from[at++];
      if (value === undefined) break;
      for (let i = 257 - head; i > 0 && out < end; i--, out += step) into[out] = value;
    }
  }
  if (out < end) throw new Undecodable('end before the picture does (RLE)');
  // A byte that makes the length even, or filled up with nothing.
  for (; at < from.length; at++)
    if (from.length - at > 1 && from[at] !== 0 && from[at] !== 128)
      throw new Undecodable('go on behind the picture (RLE)');
}
