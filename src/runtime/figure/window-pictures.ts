import { IchorError } from '../../errors.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { hounsfieldRule } from '../dicom/hounsfield.ts';
import { sliceImage } from '../images/slice-image.ts';
import { type Channel, channelsOf, windowTable } from '../images/windows.ts';
import type { FigureSlice } from './figure-slice.ts';
import { windowInWords } from './window-words.ts';

export interface WindowPicture {
  name: string;
  /** `level 40, width 80: 0 to 80 HU` */
  window: string;
  /** The place among the recipe's channels, from 1; null where no channel is made of it, and no network sees it. */
  channel: number | null;
  /** PNG, grey. */
  url: string;
}

export interface WindowPictures {
  name: string;
  synthetic: boolean;
  windows: readonly WindowPicture[];
  /** The recipe's channels as one picture, of the size that the network is given. */
  composed: { url: string; channels: readonly string[]; size: number; interpolation: string };
}

/** Larger than any printed panel: a slice of 512 px is smaller. */
const LARGEST = 512;

/** A slice through every window of a recipe, and as the picture that its channels make. Throws `slice-unusable`. */
export async function windowPictures(
  recipe: ResolvedRecipe,
  registry: Registry,
  slice: FigureSlice,
): Promise<WindowPictures> {
  const { pixels } = slice.header;
  const names = Object.keys(recipe.windows);
  const all = channelsOf({ ...recipe, channels: names.map((window) => ({ window })) }, registry);
  const full = Math.min(LARGEST, Math.max(pixels.rows, pixels.columns));
  const { size, interpolation } = recipe.data.image;
  const windows: WindowPicture[] = [];
  const each = imageOf(slice, all, full, interpolation);
  for (const [i, name] of names.entries()) {
    const url = await png(planes(each, names.length, [i]), full, 1);
    const channel = recipe.channels.findIndex(({ window }) => window === name) + 1 || null;
    windows.push({ name, window: windowInWords(recipe.windows[name] ?? { type: name }), channel, url });
  }
  const channels = channelsOf(recipe, registry);
  const network = imageOf(slice, channels, size, interpolation);
  // Red, green and blue: what a fourth channel says cannot be shown in the same picture.
  const shown = channels.slice(0, 3).map(({ name }) => name);
  const url = await png(composed(network, channels.length), size, shown.length === 1 ? 1 : 3);
  return {
    name: recipe.name,
    synthetic: slice.synthetic,
    windows,
    composed: { url, channels: shown, size, interpolation },
  };
}

function imageOf(
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
function planes(image: Uint8Array, channels: number, wanted: readonly (number | null)[]): Uint8Array {
  const out = new Uint8Array((image.length / channels) * wanted.length);
  wanted.forEach((channel, at) => {
    if (channel === null) return;
    for (let i = 0, o = at; i < image.length; i += channels, o += wanted.length) out[o] = image[i + channel] as number;
  });
  return out;
}

function composed(image: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return image;
  return planes(
    image,
    channels,
    [0, 1, 2].map((channel) => (channel < channels ? channel : null)),
  );
}

async function png(data: Uint8Array, size: number, channels: 1 | 3): Promise<string> {
  const { default: sharp } = await import('sharp');
  const image = sharp(data, { raw: { width: size, height: size, channels } });
  const bytes = await (channels === 1 ? image.toColourspace('b-w') : image).png({ compressionLevel: 9 }).toBuffer();
  return `data:image/png;base64,${bytes.toString('base64')}`;
}
