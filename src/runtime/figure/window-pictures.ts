import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { channelsOf } from '../images/windows.ts';
import { asPicture, imageOf, planes, png } from './channel-picture.ts';
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
  const shown = channels.slice(0, 3).map(({ name }) => name);
  const url = await asPicture(network, channels.length, size);
  return {
    name: recipe.name,
    synthetic: slice.synthetic,
    windows,
    composed: { url, channels: shown, size, interpolation },
  };
}
