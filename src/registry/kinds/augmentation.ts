import type { Tensor } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import type { Random } from '../../random.ts';
import type { Base, Params } from './base.ts';
import { type Checked, definer, type Written } from './definer.ts';
import type { TF } from './layers.ts';
import { Type } from './type.ts';

/**
 * [a, b, c, d, e, f]: the output pixel (x, y) takes the input at (a x + b y + c, d x + e y + f),
 * in pixels, centres at integers, origin at the top left.
 */
export type Matrix = readonly [number, number, number, number, number, number];

/** Common fields of augmentations. */
export interface AugmentationCommon {
  /** Chance that an image is changed, 0 to 1; drawn for each image and epoch by the runtime. */
  probability: number;
}

/** The same as a recipe may state them: no component has a parameter of one of these names. */
export const AUGMENTATION_COMMON: TObject = Type.Object({
  probability: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Chance that an image is changed, drawn for each image and epoch.',
  }),
});

/** A channel of the images that `apply` is given. */
export interface AugmentedChannel {
  /**
   * From which to which grey, 0..255, the network will see it: less than all where its window has a margin, which is cut off
   * after augmentation.
   */
  shown: readonly [number, number];
}

/** A change of training images: see `defineAugmentation`. */
export interface Augmentation<P extends TObject = TObject> extends Base<P> {
  kind: 'augmentation';
  contract(params: Params<P, AugmentationCommon>): {
    changes: 'geometry' | 'pixels';
    /**
     * How far it may look beyond the ends of a window, as a share of the window's width: a recipe with a channel that is not
     * stored so far (`margin` of the window) is refused. Absent: not at all.
     */
    beyondWindow?: number;
  };
  /**
   * Geometry: one matrix a drawn image of `size` px; all matrices of a recipe are composed into one bilinear warp, the
   * edge repeated beyond the image. `random` is the stream of this slice and epoch.
   */
  matrix?(params: Params<P, AugmentationCommon>, random: Random, size: number): Matrix;
  /** Pixels: numbers drawn in JavaScript (a fixed count), then applied on the engine to `[batch, size, size, channels]` in 0..255. */
  pixels?: {
    /** Finite numbers, as many each time; `random` is the stream of this slice and epoch. */
    draw(params: Params<P, AugmentationCommon>, random: Random): readonly number[];
    /**
     * `images` float32 `[batch, size, size, channels]` in 0..255 -> the same shape and range. `drawn` is
     * `[batch, numbers]`, `applied` `[batch]` 0 or 1: an image with 0 comes out as it is. A pure function of tensors
     * that draws nothing itself, reads no value and keeps no tensor; no gradient flows through it. `channels`: in the order of the images'.
     */
    apply(
      tf: TF,
      images: Tensor,
      drawn: Tensor,
      applied: Tensor,
      params: Params<P, AugmentationCommon>,
      channels: readonly AugmentedChannel[],
    ): Tensor;
  };
}

/** An augmentation has the one function that its contract speaks of. */
type WrittenAugmentation<P extends TObject> = Omit<
  Written<Augmentation<P>, AugmentationCommon>,
  'contract' | 'matrix' | 'pixels'
> &
  Checked<P, AugmentationCommon> &
  (
    | {
        contract(params: Params<P, AugmentationCommon>): { changes: 'geometry' };
        matrix: NonNullable<Augmentation<P>['matrix']>;
        pixels?: never;
      }
    | {
        contract(params: Params<P, AugmentationCommon>): { changes: 'pixels'; beyondWindow?: number };
        pixels: NonNullable<Augmentation<P>['pixels']>;
        matrix?: never;
      }
  );

/**
 * Defines an augmentation: with `matrix` one of geometry (all of a recipe become one warp), with `pixels` one of grey
 * levels. It draws from the `random` that it is given and from nowhere else: that stream is the slice's and epoch's own.
 *
 * @example
 * ```ts
 * import { defineAugmentation, Type } from 'ichor';
 *
 * export default defineAugmentation({
 *   name: 'acme/shift',
 *   version: 1,
 *   summary: 'Shifts along the rows; the edge is repeated.',
 *   params: Type.Object({
 *     share: Type.Number({ default: 0.1, minimum: 0, maximum: 0.5, description: "Furthest, as a share of the side." }),
 *   }),
 *   contract: () => ({ changes: 'geometry' }),
 *   // The output's pixel (x, y) takes the input at (a x + b y + c, d x + e y + f).
 *   matrix: ({ share }, random, size) => [1, 0, size * random.between(-share, share), 0, 1, 0],
 * });
 * ```
 */
export const defineAugmentation = <P extends TObject>(c: WrittenAugmentation<P>) =>
  definer('augmentation')(c) as Augmentation<P>;
