import type { TObject } from 'typebox';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';
import type { Layers } from './layers.ts';
import { Type } from './type.ts';
import type { PublishedWeights, WeightNames } from './weights.ts';

/** Common fields of backbones. */
export interface BackboneCommon {
  /** What training starts from. */
  weights: 'none' | 'imagenet';
  /** `trained`: batch statistics while training, running averages kept. `frozen`: inference statistics throughout. */
  batchNorm: 'trained' | 'frozen';
}

/** The same as a recipe may state them: no component has a parameter of one of these names. */
export const BACKBONE_COMMON: TObject = Type.Object({
  weights: Type.Union([Type.Literal('none'), Type.Literal('imagenet')], {
    default: 'none',
    description: 'Weights to start from; none: random ones.',
  }),
  batchNorm: Type.Union([Type.Literal('trained'), Type.Literal('frozen')], {
    default: 'trained',
    description: 'trained: batch statistics while training. frozen: the statistics of the loaded weights throughout.',
  }),
});

/** How bytes go into a network: what its weights were trained with. */
export const PIXEL_MODES = ['tf', 'caffe', 'torch', 'lite', 'unit'] as const;
export type PixelMode = (typeof PIXEL_MODES)[number];

/** The network that looks at a slice: see `defineBackbone`. */
export interface Backbone<P extends TObject = TObject> extends Base<P> {
  kind: 'backbone';
  contract(params: Params<P, BackboneCommon>): {
    /** How many channels the network takes; `any`: as many as the recipe has. */
    channels: number | 'any';
    /** Smallest side of the image that the network can take. */
    minimumSize: number;
    /**
     * Bytes 0..255 become: `tf` x/127.5-1, `unit` x/255, `lite` (x-127)/128; of three channels `caffe` BGR minus ImageNet's
     * means, `torch` x/255 minus its means, over its deviations.
     */
    pixels: PixelMode;
    /** Width of the embedding. */
    embedding: number;
    /** Weight files known for this network. */
    weights: readonly ('none' | 'imagenet')[];
    /** What these files were made for; a field that is absent may be anything. */
    weightsFor?: Readonly<Partial<Record<'imagenet', { channels?: number; size?: number; file?: PublishedWeights }>>>;
    /** How it reads pictures; absent: channels last, the only layout that ichor makes. */
    layout?: 'channels-last' | 'channels-first';
  };
  /** Other libraries' names of its layers, by library: `torchvision`. Keras' names are the layers' own. */
  names?: Readonly<Record<string, WeightNames>>;
  /** `[batch, size, size, channels]` after `pixels` -> the pooled vector before the prediction layer `[batch, embedding]`. */
  network<T>(layers: Layers<T>, images: T, params: Params<P, BackboneCommon>): T;
}

/**
 * Defines a backbone: the network that looks at a slice, up to the pooled vector; the layer on the six labels is added.
 * It is ONE function over the words of {@link Layers}, run over shapes for `ichor check` and over tensors for training.
 *
 * @example
 * ```ts
 * import { defineBackbone, Type } from 'ichor';
 *
 * export default defineBackbone({
 *   name: 'acme/tiny',
 *   version: 1,
 *   summary: 'Two convolutions and an average.',
 *   params: Type.Object({
 *     filters: Type.Integer({ default: 8, minimum: 1, maximum: 512, description: 'Of both convolutions.' }),
 *   }),
 *   contract: ({ filters }) => ({
 *     channels: 'any',
 *     minimumSize: 8,
 *     pixels: 'unit',
 *     embedding: filters,
 *     weights: ['none'],
 *   }),
 *   network(layers, images, { filters }) {
 *     const conv = (name: string, x: typeof images) =>
 *       layers.relu(layers.conv(name, x, { filters, kernel: 3, stride: 2, padding: 'same' }));
 *     return layers.globalAveragePool(conv('second', conv('first', images)));
 *   },
 * });
 * ```
 */
export const defineBackbone = <P extends TObject>(c: Written<Backbone<P>, BackboneCommon>) =>
  definer('backbone')(c) as Backbone<P>;
