import { type FrameFormat, pixelsOf } from './frame-format.ts';
import { Undecodable } from './undecodable.ts';

/** The header of an RLE frame: a count and fifteen offsets (PS3.5 G.5). */
const HEADER = 64;
/** How this machine writes words. */
const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

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
  const pixels = pixelsOf(format);
  const planes: Uint8Array[] = [];
  for (let segment = 0; segment < segments; segment++) {
    const from = view.getUint32(4 + 4 * segment, true);
    const to = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    if (from < HEADER || to < from || to > bytes.length) throw new Undecodable('have RLE segments that lie nowhere');
    planes.push(unpackBits(bytes.subarray(from, to), pixels));
  }
  const [high, low] = planes as [Uint8Array, Uint8Array | undefined];
  if (low === undefined) return high;
  const words = new Uint16Array(pixels);
  if (LITTLE) for (let i = 0; i < pixels; i++) words[i] = (low[i] as number) | ((high[i] as number) << 8);
  else for (let i = 0; i < pixels; i++) words[i] = (high[i] as number) | ((low[i] as number) << 8);
  return new Uint8Array(words.buffer);
}

/** Shorter runs are written byte by byte. */
const LONG_RUN = 24;

function unpackBits(from: Uint8Array, pixels: number): Uint8Array {
  const into = new Uint8Array(pixels);
  let at = 0;
  let out = 0;
  while (out < pixels && at < from.length) {
    const head = from[at++] as number;
    if (head === 128) continue;
    // A byte that makes the length even may be packed as well.
    if (out + (head < 128 ? head + 1 : 257 - head) > pixels + 1)
      throw new Undecodable('go on behind the picture (RLE)');
    if (head < 128) {
      if (at + head >= from.length) break;
      const end = Math.min(pixels, out + head + 1);
      if (head > LONG_RUN) into.set(from.subarray(at, at + end - out), out);
      else for (let i = at, o = out; o < end; i++, o++) into[o] = from[i] as number;
      out = end;
      at += head + 1;
    } else {
      const value = from[at++];
      if (value === undefined) break;
      const end = Math.min(pixels, out + 257 - head);
      if (end - out > LONG_RUN) into.fill(value, out, end);
      else for (let o = out; o < end; o++) into[o] = value;
      out = end;
    }
  }
  if (out < pixels) throw new Undecodable('end before the picture does (RLE)');
  // A byte that makes the length even, or filled up with nothing.
  for (; at < from.length; at++)
    if (from.length - at > 1 && from[at] !== 0 && from[at] !== 128)
      throw new Undecodable('go on behind the picture (RLE)');
  return into;
}
