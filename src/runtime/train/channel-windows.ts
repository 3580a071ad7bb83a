import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { IchorError } from '../../errors.ts';
import type { AugmentedChannel } from '../../registry/kinds/augmentation.ts';
import type { Layers, TF } from '../../registry/kinds/layers.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { type Range, shownRange, WHOLE } from '../../registry/window-margin.ts';
import { choose } from './components.ts';
import type { Shape } from './layers/spec.ts';
import { scopedLayers } from './scoped-layers.ts';

/** What one channel goes through inside of the network: first its margin is cut off, then its window learns. */
export interface ChannelWindow {
  /** Of the component, for messages. */
  name: string;
  /** The part of 0..1, as stored, that the network sees; absent: all of it. */
  shown?: Range;
  /** The learned part; absent: nothing is learned. */
  layer?<T>(layers: Layers<T>, channel: T): T;
}

/** One for each channel of a recipe, in its order; null where the network sees a channel as it is stored. */
export type ChannelWindows = readonly (ChannelWindow | null)[];

export function channelWindows(
  recipe: Pick<ResolvedRecipe, 'channels' | 'windows'>,
  registry: Registry,
): ChannelWindows {
  return recipe.channels.map(({ window }) => {
    const value = recipe.windows[window];
    // Channels of pictures: these went through a window before.
    if (Object.keys(recipe.windows).length === 0) return null;
    // The recipe was validated: this is a mistake of the program, not of its user.
    if (value === undefined) throw new TypeError(`channel ${window} names no window`);
    const { component, params } = choose(registry, 'window', value);
    const shown = shownRange(component.contract(params));
    const { layer } = component;
    if (shown === WHOLE && !layer) return null;
    return {
      name: component.name,
      ...(shown === WHOLE ? {} : { shown }),
      ...(layer && {
        layer: <T>(layers: Layers<T>, channel: T) => layer.call(component, layers, channel, params) as T,
      }),
    };
  });
}

/** What augmentations are told of the channels. */
export const augmentedChannels = (windows: ChannelWindows): AugmentedChannel[] =>
  windows.map((window) => {
    const [from, to] = window?.shown ?? WHOLE;
    return { shown: [from * 255, to * 255] };
  });

/** Where a channel's weights lie. */
const scopeOf = (channel: number) => `window_${channel}`;

/**
 * The windows' weights and multiply-adds, found over shapes.
 * @throws IchorError `network-invalid` where a layer gives another shape than it took.
 */
export function describeWindows(layers: Layers<Shape>, windows: ChannelWindows, size: number): void {
  windows.forEach((window, channel) => {
    if (!window?.layer) return;
    const wanted: Shape = [null, size, size, 1];
    const output = window.layer(scopedLayers(layers, scopeOf(channel)), wanted);
    if (String(output) === String(wanted)) return;
    const given = Array.isArray(output) ? `the shape [${output.map((side) => side ?? 'any').join(', ')}]` : 'nothing';
    throw new IchorError(
      'network-invalid',
      `The layer of the window ${window.name} gives ${given} of an image [any, ${size}, ${size}, 1]: it must keep its shape.`,
      'Correct the layer in the component’s file: padding same, stride 1, one channel at its end.',
      2,
    );
  });
}

/**
 * Images `[batch, size, size, channels]` in 0..255, each channel that has one through its window's part in the network.
 * Channels without one, and images without any, come out as the same numbers.
 */
export function applyWindows(tf: TF, layers: Layers<Tensor>, windows: ChannelWindows, images: Tensor): Tensor {
  if (!windows.some(Boolean)) return images;
  const channels = windows.map((window, channel) => {
    const stored = tf.slice(images as Tensor4D, [0, 0, 0, channel], [-1, -1, -1, 1]);
    if (!window) return stored;
    const grey = tf.div(stored, 255);
    const seen = window.shown ? narrowed(tf, grey, window.shown) : grey;
    return tf.mul(window.layer?.<Tensor>(scopedLayers(layers, scopeOf(channel)), seen) ?? seen, 255);
  });
  return tf.concat(channels, 3);
}

/** 0..1 where `from` becomes black and `to` white. */
const narrowed = (tf: TF, grey: Tensor, [from, to]: Range): Tensor =>
  tf.clipByValue(tf.div(tf.sub(grey, from), to - from), 0, 1);
