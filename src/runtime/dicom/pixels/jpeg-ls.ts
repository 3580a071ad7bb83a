import { type FrameFormat, wordsOf } from './frame-format.ts';
import { checkSize } from './jpeg.ts';
import { signExtended, valuesOf } from './jpeg2000.ts';
import { Undecodable } from './undecodable.ts';
import { WasmCodec } from './wasm-codec.ts';

const charLs = new WasmCodec('@cornerstonejs/codec-charls/decodewasmjs', 'JpegLSDecoder', 'JPEG-LS');

/** JPEG-LS, lossless and near-lossless. It knows of no sign: where the header has one, bits are extended from its precision. */
export async function decodeJpegLs(bytes: Uint8Array, format: FrameFormat): Promise<Uint8Array> {
  const frame = frameHeader(bytes);
  if (frame.components !== 1)
    throw new Undecodable(`have ${frame.components} components, and one sample a pixel (JPEG-LS)`);
  checkSize(frame, format, 'JPEG-LS');
  const values = await charLs.decode(bytes, (decoder) => valuesOf(decoder, format, false));
  return wordsOf(format.signed ? signExtended(values, frame.precision) : values, format.bitsAllocated);
}

/** SOF55, behind any number of other segments. */
function frameHeader(bytes: Uint8Array): { rows: number; columns: number; precision: number; components: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) throw new Undecodable('are no JPEG-LS codestream');
  while (at + 10 <= bytes.length) {
    const marker = view.getUint16(at);
    if (marker === 0xfff7)
      return {
        precision: view.getUint8(at + 4),
        rows: view.getUint16(at + 5),
        columns: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      };
    if (marker < 0xffc0 || marker === 0xffda) break;
    at += 2 + view.getUint16(at + 2);
  }
  throw new Undecodable('are no JPEG-LS codestream');
}
