import type { TObject } from 'typebox';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';
import type { Layers } from './layers.ts';

/** HU to grey for one channel: see `defineWindow`. */
export interface Window<P extends TObject = TObject> extends Base<P> {
  kind: 'window';
  contract(params: Params<P>): {
    /** From where to where it tells values apart, in HU; absent: not known beforehand. */
    hu?: readonly [number, number];
    /**
     * The part of `hu`, in HU, that a network sees: what lies beyond it is a margin that shards hold for `window-jitter`,
     * cut off inside of the backbone's network. Between the ends of `hu` `scale` must then go evenly from 0 to 1.
     * Absent: all of it.
     */
    shown?: readonly [number, number];
  };
  /**
   * HU (air -1000, water 0, bone above 400; what a scanner cannot measure may lie far outside) to 0..1 of one value,
   * with nothing but its arguments. The runtime tabulates it over the stored values of a slice, resizes, and rounds to a
   * byte: what is finer than 1/255 is lost.
   */
  scale(hu: number, params: Params<P>): number;
  /**
   * A learned part: `[batch, size, size, 1]` in 0..1 (what `scale` gave, as stored: a byte / 255) -> the same shape, 0..1
   * whatever its weights are. It runs inside of the backbone's network, on its own channel, after augmentation and before
   * the channel is repeated and the backbone's `pixels` are prepared. Its weights train with the backbone, lie in the
   * backbone's artifact as `window_<channel, from 0>/<layer>/<weight>`, and are restored with it. Two channels of one window
   * learn apart. Batch norm inside follows the backbone's `batchNorm`.
   */
  layer?<T>(layers: Layers<T>, channel: T, params: Params<P>): T;
}

/**
 * Defines a window: HU to grey, 0 to 1, for one channel. `scale` is tabulated over the stored values of each slice and
 * stored as a byte; a `layer` learns on top of that, inside of the backbone's network.
 *
 * @example
 * ```ts
 * import { defineWindow, Type } from 'ichor';
 *
 * export default defineWindow({
 *   name: 'acme/gamma',
 *   version: 1,
 *   summary: 'A range of HU to 0..1 with a gamma that training finds.',
 *   params: Type.Object({
 *     from: Type.Number({ default: 0, minimum: -1024, maximum: 50, unit: 'HU', description: 'Becomes black.' }),
 *     to: Type.Number({ default: 80, minimum: 51, maximum: 3071, unit: 'HU', description: 'Becomes white.' }),
 *   }),
 *   contract: ({ from, to }) => ({ hu: [from, to] }),
 *   scale: (hu, { from, to }) => Math.min(1, Math.max(0, (hu - from) / (to - from))),
 *   // Left out, nothing is learned. [batch, size, size, 1] in 0..1 -> the same.
 *   layer: (layers, channel) =>
 *     layers.custom('gamma', [channel], {
 *       weights: { log: { shape: [1], initializer: 'zeros', trainable: true } },
 *       shape: ([image]) => image!,
 *       // Away from 0, where a power's slope is infinite.
 *       apply: (tf, [image], { log }) => tf.pow(tf.clipByValue(image!, 0.001, 1), tf.exp(log!)),
 *     }),
 * });
 * ```
 */
export const defineWindow = <P extends TObject>(c: Written<Window<P>>) => definer('window')(c) as Window<P>;
