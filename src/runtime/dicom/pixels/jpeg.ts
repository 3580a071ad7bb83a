import { type FrameFormat, pixelsOf, wordsOf } from './frame-format.ts';
import { HuffmanTable } from './jpeg-bits.ts';
import { decodeBlocks } from './jpeg-dct.ts';
import { decodeLossless } from './jpeg-lossless.ts';
import type { JpegScan, JpegState } from './jpeg-state.ts';
import { Undecodable } from './undecodable.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DHT = 0xc4;
const DRI = 0xdd;
/** Frame headers. C4, C8 and CC are others. */
const SOF = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
/** Huffman-coded, not hierarchical: baseline, extended, progressive, lossless. */
const KNOWN = new Set([0xc0, 0xc1, 0xc2, 0xc3]);

/** Precision in bits of a JPEG or JPEG-LS codestream; null where it has no frame header. */
export function jpegPrecision(bytes: Uint8Array): number | null {
  for (const { marker, at } of segmentsOf(bytes))
    if (SOF.has(marker) || marker === 0xf7) return bytes[at] ?? null;
    else if (marker === SOS) return null;
  return null;
}

/**
 * Grey JPEG of ISO/IEC 10918-1 with Huffman codes: baseline, extended and progressive of 8 and 12 bits, lossless of 2 to 16.
 * Strict: data that break off, that are left over, or that are no code throw Undecodable, where lenient decoders fill the
 * picture with grey.
 */
export function decodeJpeg(bytes: Uint8Array, format: FrameFormat): Uint8Array {
  const state: JpegState = {
    bytes,
    process: -1,
    precision: 0,
    rows: 0,
    columns: 0,
    quantisation: 0,
    quantisations: [],
    dc: [],
    ac: [],
    restart: 0,
  };
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw new Undecodable('are no JPEG');
  const picture = new Int32Array(pixelsOf(format));
  let blocks: ReturnType<typeof decodeBlocks> | null = null;
  let done = false;
  let marker = nextMarker(bytes, 2);
  while (marker !== null) {
    const { code, at } = marker;
    if (code === EOI) break;
    const length = at + 2 <= bytes.length ? ((bytes[at] as number) << 8) | (bytes[at + 1] as number) : 0;
    if (length < 2 || at + length > bytes.length) throw new Undecodable('end within a segment (JPEG)');
    const body = bytes.subarray(at + 2, at + length);
    let next = at + length;
    if (code === DQT) readQuantisations(body, state);
    else if (code === DHT) readHuffman(body, state);
    else if (code === DRI) state.restart = ((body[0] ?? 0) << 8) | (body[1] ?? 0);
    else if (SOF.has(code)) readFrame(code, body, state, format);
    else if (code === SOS) {
      if (state.process < 0) throw new Undecodable('have a scan before their frame (JPEG)');
      if (done) throw new Undecodable('have more than one scan (JPEG)');
      const scan = readScan(body, next);
      if (state.process === 3) {
        next = decodeLossless(state, scan, picture);
        done = true;
      } else {
        blocks ??= decodeBlocks(state);
        next = blocks.scan(scan);
        done = state.process !== 2;
      }
    }
    marker = nextMarker(bytes, next);
  }
  if (state.process === 3 ? !done : blocks === null) throw new Undecodable('hold no scan (JPEG)');
  blocks?.picture(picture);
  return wordsOf(picture, format.bitsAllocated);
}

/** Segments up to the first scan; where their body stands, behind its length. */
function* segmentsOf(bytes: Uint8Array): Generator<{ marker: number; at: number }> {
  let marker = nextMarker(bytes, 2);
  while (marker !== null) {
    const { code, at } = marker;
    yield { marker: code, at: at + 2 };
    if (code === SOS || code === EOI) return;
    marker = nextMarker(bytes, at + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)));
  }
}

/** The marker at `at`, fill bytes in front of it skipped; null at the end of the data. */
function nextMarker(bytes: Uint8Array, at: number): { code: number; at: number } | null {
  if (at >= bytes.length) return null;
  // A byte that makes a fragment's length even.
  if (at === bytes.length - 1 && bytes[at] !== 0xff) return null;
  if (bytes[at] !== 0xff) throw new Undecodable('hold something else where a marker should be (JPEG)');
  while (bytes[at] === 0xff) at++;
  const code = bytes[at];
  return code === undefined ? null : { code, at: at + 1 };
}

function readQuantisations(body: Uint8Array, state: JpegState): void {
  let at = 0;
  while (at < body.length) {
    const head = body[at++] as number;
    const wide = head >> 4 === 1;
    const size = wide ? 128 : 64;
    if (head >> 4 > 1 || (head & 15) > 3 || at + size > body.length)
      throw new Undecodable('have a quantisation table that is none (JPEG)');
    const table = new Uint16Array(64);
    for (let i = 0; i < 64; i++)
      table[i] = wide
        ? ((body[at + 2 * i] as number) << 8) | (body[at + 2 * i + 1] as number)
        : (body[at + i] as number);
    state.quantisations[head & 15] = table;
    at += size;
  }
}

function readHuffman(body: Uint8Array, state: JpegState): void {
  let at = 0;
  while (at < body.length) {
    const head = body[at++] as number;
    const counts = body.subarray(at, at + 16);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = body.subarray(at + 16, at + 16 + total);
    if (head >> 4 > 1 || (head & 15) > 3 || counts.length < 16 || total > 256 || symbols.length < total)
      throw new Undecodable('have a Huffman table that is none (JPEG)');
    (head >> 4 === 0 ? state.dc : state.ac)[head & 15] = new HuffmanTable(counts, symbols);
    at += 16 + total;
  }
}

function readFrame(code: number, body: Uint8Array, state: JpegState, format: FrameFormat): void {
  if (!KNOWN.has(code))
    throw new Undecodable('are coded arithmetically or hierarchically, which nothing here decodes (JPEG)');
  if (state.process >= 0) throw new Undecodable('have more than one frame (JPEG)');
  if (body.length < 9) throw new Undecodable('end within a segment (JPEG)');
  const [precision, h1, h0, w1, w0, components, , , quantisation] = body as unknown as number[];
  state.process = code & 15;
  state.precision = precision as number;
  state.rows = ((h1 as number) << 8) | (h0 as number);
  state.columns = ((w1 as number) << 8) | (w0 as number);
  state.quantisation = (quantisation as number) & 3;
  if (components !== 1) throw new Undecodable(`have ${components} components, and one sample a pixel (JPEG)`);
  checkSize(state, format, 'JPEG');
  const sound =
    state.process === 3
      ? state.precision >= 2 && state.precision <= 16
      : state.precision === 8 || (state.precision === 12 && state.process > 0);
  if (!sound) throw new Undecodable(`have ${precision} bits, which their kind of JPEG has not`);
}

/** Throws Undecodable where a codestream is of another picture than its header, or cannot stand in its words. */
export function checkSize(
  { rows, columns, precision }: { rows: number; columns: number; precision: number },
  format: FrameFormat,
  name: string,
): void {
  if (rows !== format.rows || columns !== format.columns)
    throw new Undecodable(
      `are ${columns} × ${rows} in their codestream, and ${format.columns} × ${format.rows} by the header (${name})`,
    );
  if (precision > format.bitsAllocated)
    throw new Undecodable(
      `have ${precision} bits in their codestream, and ${format.bitsAllocated} allocated by the header (${name})`,
    );
}

function readScan(body: Uint8Array, at: number): JpegScan {
  if (body.length < 6 || body[0] !== 1) throw new Undecodable('have a scan of several components (JPEG)');
  const [, , tables, first, last, approximation] = body as unknown as [number, number, number, number, number, number];
  return {
    at,
    dc: tables >> 4,
    ac: tables & 15,
    first,
    last,
    high: approximation >> 4,
    low: approximation & 15,
  };
}
