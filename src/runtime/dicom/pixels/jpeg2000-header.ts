import { Undecodable } from './undecodable.ts';

/** What the main header of a JPEG 2000 codestream says (ISO/IEC 15444-1 annex A). */
export interface Jpeg2000Header {
  /** The bare codestream: boxes of a JP2 file around it are taken off. */
  codestream: Uint8Array;
  rows: number;
  columns: number;
  components: number;
  precision: number;
  signed: boolean;
  /** Coded with the block coder of part 15 (HTJ2K). */
  highThroughput: boolean;
  /** The wavelet is the 5-3 one: lossless, unless bits were left out. */
  reversible: boolean | null;
}

const SOC = 0xff4f;
const SIZ = 0xff51;
const CAP = 0xff50;
const COD = 0xff52;
const SOT = 0xff90;
const EOC = 0xffd9;
/** Tiles, and precincts of one resolution: beyond it a decoder would only fill memory. */
const MOST_TILES = 4096;
const LEAST_PRECINCT = 3;

/**
 * Reads the main header and walks the tile parts. Throws Undecodable where it is none, or where tile parts end behind the
 * data: decoders fill what is missing with something.
 */
export function jpeg2000Header(bytes: Uint8Array): Jpeg2000Header {
  const codestream = withoutBoxes(bytes);
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  const end = codestream.length;
  const u16 = (at: number): number => {
    if (at + 2 > end) throw new Undecodable('end within the header of their codestream (JPEG 2000)');
    return view.getUint16(at);
  };
  const u32 = (at: number): number => u16(at) * 2 ** 16 + u16(at + 2);
  if (u16(0) !== SOC || u16(2) !== SIZ) throw new Undecodable('are no JPEG 2000 codestream');
  const components = u16(40);
  const depth = u16(42) >> 8;
  // A grey picture is sampled at every place: a decoder may look for ever for what other steps leave out.
  if (components === 1 && (u16(42) % 256 !== 1 || u16(44) >> 8 !== 1))
    throw new Undecodable('are not sampled at every place (JPEG 2000)');
  const [across, down] = [tiles(u32(8), u32(24), u32(32)), tiles(u32(12), u32(28), u32(36))];
  if (across * down > MOST_TILES) throw new Undecodable('have more tiles than any picture (JPEG 2000)');
  const header = {
    codestream,
    rows: u32(12) - u32(20),
    columns: u32(8) - u32(16),
    components,
    precision: (depth & 0x7f) + 1,
    signed: depth >= 0x80,
    highThroughput: false,
    reversible: null as boolean | null,
  };
  let at = 4 + u16(4);
  while (u16(at) !== SOT) {
    const marker = u16(at);
    if (marker < 0xff00 || marker === EOC) throw new Undecodable('have no tile in their codestream (JPEG 2000)');
    const length = u16(at + 2);
    if (length < 2) throw new Undecodable('hold a segment without a length (JPEG 2000)');
    if (marker === CAP) header.highThroughput = true;
    if (marker === COD) {
      header.reversible = u16(at + 12) % 256 === 1;
      checkPrecincts(codestream.subarray(at + 2, at + 2 + length));
    }
    at += 2 + length;
  }
  walkTiles(at, u16, u32, end);
  return header;
}

const tiles = (size: number, tile: number, offset: number): number =>
  tile === 0 ? Infinity : Math.ceil((size - offset) / tile);

/** `body` starts with the segment's length. */
function checkPrecincts(body: Uint8Array): void {
  if (((body[2] ?? 0) & 1) === 0) return;
  const sizes = body.subarray(12);
  for (const [resolution, size] of sizes.entries())
    if (resolution > 0 && ((size & 15) < LEAST_PRECINCT || size >> 4 < LEAST_PRECINCT))
      throw new Undecodable('are cut into more precincts than any picture (JPEG 2000)');
}

function walkTiles(from: number, u16: (at: number) => number, u32: (at: number) => number, end: number): void {
  let at = from;
  for (;;) {
    if (at + 2 > end) throw new Undecodable('end before the picture does (JPEG 2000)');
    const marker = u16(at);
    if (marker === EOC) return;
    if (marker !== SOT) throw new Undecodable('hold something else where a tile should be (JPEG 2000)');
    const length = u32(at + 6);
    // The last tile part may reach to the end without saying how far that is.
    if (length === 0) return;
    if (length < 14) throw new Undecodable('hold a tile without a length (JPEG 2000)');
    at += length;
    if (at > end) throw new Undecodable('end before the picture does (JPEG 2000)');
    // Encoders leave the end marker out, and a fragment has an even length.
    if (at >= end - 1) return;
  }
}

/** A JP2 file holds the codestream in a box (ISO/IEC 15444-1 annex I). */
function withoutBoxes(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(4) !== 0x6a502020) return bytes;
  for (let at = 0; at + 8 <= bytes.length; ) {
    const [stated, type] = [view.getUint32(at), view.getUint32(at + 4)];
    const long = stated === 1;
    if (long && at + 16 > bytes.length) break;
    const length = long ? Number(view.getBigUint64(at + 8)) : stated === 0 ? bytes.length - at : stated;
    const head = long ? 16 : 8;
    if (type === 0x6a703263) return bytes.subarray(at + head, Math.min(bytes.length, at + length));
    if (length < head) break;
    at += length;
  }
  throw new Undecodable('are a JP2 file without a codestream');
}
