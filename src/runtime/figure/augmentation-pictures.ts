import type { Tensor } from '@tensorflow/tfjs';
import type { Layers } from '../../registry/kinds/layers.ts';
import { backboneSeed, type ComponentValue, type ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { WHOLE } from '../../registry/window-margin.ts';
import type { Engine, Tensors } from '../engine/engine.ts';
import { channelsOf } from '../images/windows.ts';
import { type Augmentations, augmentations } from '../train/augment.ts';
import { applyWindows, augmentedChannels, type ChannelWindows, channelWindows } from '../train/channel-windows.ts';
import { type Chosen, choose } from '../train/components.ts';
import { asPicture, imageOf } from './channel-picture.ts';
import type { FigureSlice } from './figure-slice.ts';

export interface AugmentationRow {
  /** `affine`, or null of all of them together. */
  name: string | null;
  /** `shift 0.05, scale 0.05` */
  params: string;
  /** PNGs of as many draws. */
  urls: readonly string[];
}

export interface AugmentationPictures {
  name: string;
  synthetic: boolean;
  size: number;
  plain: string;
  rows: readonly AugmentationRow[];
}

/**
 * A slice as each augmentation of a list alone changes it (always: whatever its probability), and as all of them together do in training, each
 * drawn `draws` times by the recipe's seed. Throws `slice-unusable`.
 */
export async function augmentationPictures(
  recipe: ResolvedRecipe,
  registry: Registry,
  slice: FigureSlice,
  { engine, draws, together }: { engine: Engine; draws: number; together: boolean },
): Promise<AugmentationPictures> {
  const { size, interpolation } = recipe.data.image;
  const channels = channelsOf(recipe, registry).length;
  const image = imageOf(slice, channelsOf(recipe, registry), size, interpolation);
  // Without what a window learns: its margin is cut off, as the network does.
  const windows = channelWindows(recipe, registry).map((one) => one && { name: one.name, shown: one.shown ?? WHOLE });
  const items = Array.from({ length: draws }, (_, draw) => `draw ${draw}`);
  const urlsOf = async (list: readonly Chosen<'augmentation'>[]): Promise<string[]> => {
    const drawn = augmentations(list, {
      seed: backboneSeed(recipe),
      size,
      channels: augmentedChannels(windows),
    });
    const bytes = await changed(engine, drawn, windows, image, items, [size, size, channels]);
    return Promise.all(bytes.map((one) => asPicture(one, channels, size)));
  };
  const chosen = recipe.augment.map((value) => choose(registry, 'augmentation', value));
  const rows: AugmentationRow[] = [];
  for (const [i, { component, params }] of chosen.entries()) {
    const always = { component, params: { ...params, probability: 1 } } as Chosen<'augmentation'>;
    rows.push({
      name: component.name,
      params: paramsText(recipe.augment[i] as ComponentValue, together),
      urls: await urlsOf([always]),
    });
  }
  if (together && chosen.length > 1) rows.push({ name: null, params: '', urls: await urlsOf(chosen) });
  const [plain = image] = await changed(
    engine,
    augmentations([], { seed: 0, size }),
    windows,
    image,
    ['plain'],
    [size, size, channels],
  );
  return { name: recipe.name, synthetic: slice.synthetic, size, plain: await asPicture(plain, channels, size), rows };
}

/** No window of a figure learns. */
const NO_LAYERS = {} as Layers<Tensor>;

/** The image as each item draws it, bytes of its own for each. */
async function changed(
  { tf, ops }: Engine,
  { draw, apply }: Augmentations,
  windows: ChannelWindows,
  image: Uint8Array,
  items: readonly string[],
  shape: readonly [number, number, number],
): Promise<Uint8Array[]> {
  const drawn = draw(items, 0);
  const made = tf.tidy(() => {
    const batch: Tensors = Object.fromEntries(
      Object.entries(drawn).map(([name, { data, shape, dtype }]) => [name, tf.tensor(data, [...shape], dtype)]),
    );
    const one = tf.tensor([...image], [1, ...shape], 'float32');
    const augmented = apply({ tf, ops }, tf.tile(one, [items.length, 1, 1, 1]), batch);
    return applyWindows(tf, NO_LAYERS, windows, augmented);
  });
  const values = await made.data();
  made.dispose();
  return items.map((_, i) =>
    Uint8Array.from(values.slice(i * image.length, (i + 1) * image.length), (value) => Math.round(value)),
  );
}

/** Without `probability` where each is shown as it always is. */
function paramsText({ type: _, ...params }: ComponentValue, withProbability: boolean): string {
  return Object.entries(params)
    .filter(([name]) => withProbability || name !== 'probability')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
