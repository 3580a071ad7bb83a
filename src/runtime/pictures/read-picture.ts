import type { PictureHeader } from './picture-header.ts';

/** Grey values as they are stored, `[rows, columns]`. */
export interface GreyPicture {
  values: Uint8Array | Uint16Array;
  rows: number;
  columns: number;
}

/** Why a picture gives no grey values, continuing "Its pixels". */
export interface NoGrey {
  /** The same for the same file: what libvips says of it depends on what else it reads at that time. */
  problem: string;
}

/** A decoder that does not come back. */
const PATIENCE_SECONDS = 30;

/**
 * Decodes a picture to its stored values: no gamma, no colour profile, no turning by EXIF, and 16 bits stay 16 bits. Of
 * colours all three have to be equal, and what says how opaque it is has to be opaque everywhere.
 */
export async function readPicture(bytes: Uint8Array, header: PictureHeader): Promise<GreyPicture | NoGrey> {
  const { rows, columns, bits, alpha } = header;
  // Of 8 bits of grey libvips gives no alpha: as colours, which are grey three times, it does.
  const colours = bits === 8 && alpha ? 3 : header.colours;
  const { default: sharp } = await import('sharp');
  const space = colours === 1 ? (bits === 16 ? 'grey16' : 'b-w') : bits === 16 ? 'rgb16' : 'srgb';
  let data: Buffer;
  try {
    data = await sharp(bytes, { ignoreIcc: true, failOn: 'error', limitInputPixels: rows * columns })
      .toColourspace(space)
      .raw(bits === 16 ? { depth: 'ushort' } : {})
      .timeout({ seconds: PATIENCE_SECONDS })
      .toBuffer();
  } catch {
    return { problem: 'end early, or are damaged' };
  }
  const each = colours + (alpha ? 1 : 0);
  const pixels = rows * columns;
  const stored = bits === 16 ? new Uint16Array(ownBuffer(data)) : new Uint8Array(ownBuffer(data));
  if (stored.length !== pixels * each) return { problem: 'are not as many as its header says' };
  if (each === 1) return { values: stored, rows, columns };
  const values = bits === 16 ? new Uint16Array(pixels) : new Uint8Array(pixels);
  const opaque = 2 ** bits - 1;
  for (let i = 0, at = 0; i < pixels; i++, at += each) {
    const grey = stored[at] as number;
    if (colours === 3 && (stored[at + 1] !== grey || stored[at + 2] !== grey))
      return { problem: 'are in colours: red, green and blue differ' };
    if (alpha && stored[at + colours] !== opaque)
      return { problem: 'are partly transparent: what is behind them is not known' };
    values[i] = grey;
  }
  return { values, rows, columns };
}

const ownBuffer = (data: Buffer): ArrayBuffer =>
  data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
