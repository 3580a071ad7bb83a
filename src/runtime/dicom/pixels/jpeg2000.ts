import { type FrameFormat, wordsOf } from './frame-format.ts';
import { checkSize } from './jpeg.ts';
import { jpeg2000Header } from './jpeg2000-header.ts';
import { Undecodable } from './undecodable.ts';
import { WasmCodec, type WasmDecoder } from './wasm-codec.ts';

const openJpeg = new WasmCodec('@cornerstonejs/codec-openjpeg/decodewasmjs', 'J2KDecoder', 'JPEG 2000');
const openJph = new WasmCodec('@cornerstonejs/codec-openjph', 'HTJ2KDecoder', 'high-throughput JPEG 2000');

/**
 * JPEG 2000 and its high-throughput form, with or without the boxes of a JP2 file. Where codestream and header differ in
 * whether values have a sign, bits are read as pydicom reads them, as long as that is the only reading.
 */
export async function decodeJpeg2000(bytes: Uint8Array, format: FrameFormat): Promise<Uint8Array> {
  const { codestream, highThroughput, signed, precision, ...header } = jpeg2000Header(bytes);
  if (header.components !== 1)
    throw new Undecodable(`have ${header.components} components, and one sample a pixel (JPEG 2000)`);
  checkSize({ ...header, precision }, format, 'JPEG 2000');
  const codec = highThroughput ? openJph : openJpeg;
  const values = await codec.decode(codestream, (decoder) => valuesOf(decoder, format, signed));
  return wordsOf(asTheHeaderSays(values, precision, signed, format), format.bitsAllocated);
}

/** Copies what a decoder made out of its memory. */
export function valuesOf(
  decoder: WasmDecoder,
  { rows, columns }: FrameFormat,
  signed: boolean,
): Int16Array | Uint16Array | Int8Array | Uint8Array {
  const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
  const decoded = decoder.getDecodedBuffer();
  const size = bitsPerSample > 8 ? 2 : 1;
  if (width !== columns || height !== rows || componentCount !== 1 || decoded.length !== rows * columns * size)
    throw new Undecodable('give a picture of another size than their header');
  const own = decoded.slice().buffer;
  if (size === 2) return signed ? new Int16Array(own) : new Uint16Array(own);
  return signed ? new Int8Array(own) : new Uint8Array(own);
}

/** Values of a codestream in the sign of the header. */
function asTheHeaderSays(
  values: Int16Array | Uint16Array | Int8Array | Uint8Array,
  precision: number,
  signed: boolean,
  format: FrameFormat,
): Int32Array {
  // Negative numbers whose bits were coded as if they had no sign: common, and read so by every decoder of DICOM.
  if (format.signed && !signed) return signExtended(values, precision);
  // The other way decoders differ by half of the range.
  if (signed && !format.signed && values.some((value) => value < 0))
    throw new Undecodable('have negative values in their codestream, and no sign by the header (JPEG 2000)');
  return new Int32Array(values);
}

/** The lowest bits of each value as a number with a sign. */
export function signExtended(values: ArrayLike<number>, bits: number): Int32Array {
  const shift = 32 - bits;
  const own = new Int32Array(values);
  for (let i = 0; i < own.length; i++) own[i] = ((own[i] as number) << shift) >> shift;
  return own;
}
