import { IchorError } from '../../errors.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { hounsfieldRule } from '../dicom/hounsfield.ts';
import { sliceImage } from '../images/slice-image.ts';
import { type Channel, windowTable } from '../images/windows.ts';
import type { FigureSlice } from './figure-slice.ts';

/** A slice through these channels, bytes `[size, size, channels]`. Throws `slice-unusable`. */
export function imageOf(
  { words, header, repairIntercept }: FigureSlice,
  channels: readonly Channel[],
  size: number,
  interpolation: ResolvedRecipe['data']['image']['interpolation'],
): Uint8Array {
  const { pixels, slope, intercept, padding, modalityTable } = header;
  const rule = hounsfieldRule(pixels, slope, intercept, repairIntercept, padding, modalityTable);
  const made = sliceImage({
    bytes: words,
    rows: pixels.rows,
    columns: pixels.columns,
    rule,
    table: windowTable(channels, rule),
    size,
    interpolation,
  });
  if (made !== null) return made.image;
  throw new IchorError('slice-unusable', 'The pixels of the slice end early.', 'Copy the file again.', 2);
}

/** Some channels of an interleaved picture, interleaved; null gives zeros. */
export function planes(image: Uint8Array, channels: number, wanted: readonly (number | null)[]): Uint8Array {
  const out = new Uint8Array((image.length / channels) * wanted.length);
  wanted.forEach((channel, at) => {
    if (channel === null) return;
    for (let i = 0, o = at; i < image.length; i += channels, o += wanted.length) out[o] = image[i + channel] as number;
  });
  return out;
}

/** A PNG of an image of channels: one is grey, the first three are red, green and blue. What a fourth says cannot be shown. */
export function asPicture(image: Uint8Array, channels: number, size: number): Promise<string> {
  if (channels === 1) return png(image, size, 1);
  const wanted = [0, 1, 2].map((channel) => (channel < channels ? channel : null));
  return png(planes(image, channels, wanted), size, 3);
}

export async function png(data: Uint8Array, size: number, channels: 1 | 3): Promise<string> {
  const { default: sharp } = await import('sharp');
  const image = sharp(data, { raw: { width: size, height: size, channels } });
  const bytes = await (channels === 1 ? image.toColourspace('b-w') : image).png({ compressionLevel: 9 }).toBuffer();
  return `data:image/png;base64,${bytes.toString('base64')}`;
}
