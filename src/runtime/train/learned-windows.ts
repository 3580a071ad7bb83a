import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { IchorError } from '../../errors.ts';
import type { Layers, TF } from '../../registry/kinds/layers.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { choose } from './components.ts';
import type { Shape } from './layers/spec.ts';
import { scopedLayers } from './scoped-layers.ts';

/** The learned part of one channel's window. */
export interface LearnedWindow {
  /** Of the component, for messages. */
  name: string;
  layer<T>(layers: Layers<T>, channel: T): T;
}

/** One for each channel of a recipe, in its order; null where the channel's window learns nothing. */
export type ChannelWindows = readonly (LearnedWindow | null)[];

export function learnedWindows(
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
    if (!component.layer) return null;
    return { name: component.name, layer: (layers, channel) => component.layer!(layers, channel, params) };
  });
}

/** Where a channel's weights lie. */
const scopeOf = (channel: number) => `window_${channel}`;

/**
 * The windows' weights and multiply-adds, found over shapes.
 * @throws IchorError `network-invalid` where a layer gives another shape than it took.
 */
export function describeWindows(layers: Layers<Shape>, windows: ChannelWindows, size: number): void {
  windows.forEach((window, channel) => {
    if (!window) return;
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
 * Images `[batch, size, size, channels]` in 0..255, each channel that has one through its learned window. Channels
 * without one, and images without any, come out as the same numbers.
 */
export function applyWindows(tf: TF, layers: Layers<Tensor>, windows: ChannelWindows, images: Tensor): Tensor {
  if (!windows.some(Boolean)) return images;
  const channels = windows.map((window, channel) => {
    const stored = tf.slice(images as Tensor4D, [0, 0, 0, channel], [-1, -1, -1, 1]);
    if (!window) return stored;
    return tf.mul(window.layer<Tensor>(scopedLayers(layers, scopeOf(channel)), tf.div(stored, 255)), 255);
  });
  return tf.concat(channels, 3);
}
