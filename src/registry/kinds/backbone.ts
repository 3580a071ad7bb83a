import type { TObject } from 'typebox';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';
import type { Layers } from './layers.ts';
import { Type } from './type.ts';
import type { PublishedWeights, WeightNames, Weights } from './weights.ts';

/** Common fields of backbones. */
export interface BackboneCommon {
  /** What training starts from. */
  weights: Weights;
  /**
   * How weights of three channels start a network of another number: `cycle`, each channel has the kernels of one of the
   * three in turn; `mean`, each has their mean. Scaled by 3 / channels, so that sums stay what they were. Null: not at all.
   */
  inputWeights?: 'mean' | 'cycle' | null;
  /** `trained`: batch statistics while training, running averages kept. `frozen`: inference statistics throughout. */
  batchNorm: 'trained' | 'frozen';
  /** Which of its weights train, and how fast; absent: all, alike. */
  train?: BackboneTrain;
}

/** Weights are named as `partial` names layers: `conv2`, `conv1..conv4`, `*_bn`, or with a `/` by whole names. */
export interface BackboneTrain {
  /** What keeps its weights. Batch norms all of which is frozen run on their averages. */
  freeze: readonly string[];
  /** Factors on the learning rate. */
  rates: Readonly<Record<string, number>>;
  /** Passes over the data after which what is frozen trains as well; null: never. */
  unfreezeAfter: number | null;
}

const SHA256 = '^[0-9a-fA-F]{64}$';

const block = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, description: 'A name that the backbone knows: imagenet.' })),
    file: Type.Optional(
      Type.String({
        minLength: 1,
        affectsResult: false,
        description: 'A file of weights, from the workspace; in --set from the working directory.',
      }),
    ),
    url: Type.Optional(
      Type.String({ pattern: '^https?://', affectsResult: false, description: 'An address; sha256 stands beside it.' }),
    ),
    sha256: Type.Optional(
      Type.String({ pattern: SHA256, affectsResult: false, description: 'SHA-256 of the file at url, 64 hex digits.' }),
    ),
    run: Type.Optional(
      Type.String({ minLength: 1, affectsResult: false, description: 'The backbone that a run trained: its name.' }),
    ),
    partial: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        uniqueItems: true,
        description:
          'Layers that are loaded, by the first part of their names (conv2 is conv2_block1_1_conv and the others); conv1..conv4: from the first to the last of these. The others start at random, and outputs say so. Left out: all, and nothing may be missing.',
      }),
    ),
  },
  // Of these keys one stands: a layer that states one drops the others of the layers below.
  { additionalProperties: false, alternatives: ['name', 'file', 'url', 'sha256', 'run'] },
);

/** The same as a recipe may state them: no component has a parameter of one of these names. */
export const BACKBONE_COMMON: TObject = Type.Object({
  weights: Type.Union([Type.String({ minLength: 1 }), block], {
    default: 'none',
    short: 'name',
    description:
      'What training starts from. none: random weights; a name that the backbone knows (imagenet); { file: PATH }, { url: ADDRESS, sha256: HASH }, or { run: NAME }, the backbone of another run.',
  }),
  inputWeights: Type.Union([Type.Literal('mean'), Type.Literal('cycle'), Type.Null()], {
    default: null,
    description:
      'How weights for three channels start a network of two, four or more. cycle: the channels take the kernels of the three in turn; mean: each takes their mean; both scaled by 3 / channels. null: only three channels, or one that is repeated.',
  }),
  batchNorm: Type.Union([Type.Literal('trained'), Type.Literal('frozen')], {
    default: 'trained',
    description: 'trained: batch statistics while training. frozen: the statistics of the loaded weights throughout.',
  }),
  train: Type.Object(
    {
      freeze: Type.Array(Type.String({ minLength: 1 }), {
        default: [],
        uniqueItems: true,
        description:
          'Weights that keep their values: a layer or all whose names begin so (conv2), from one to another (conv1..conv4), any with * (*_bn), or whole names (conv5_*/bias). Batch norms that are frozen run on their averages.',
      }),
      rates: Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0, maximum: 1000 }), {
        default: {},
        description: 'Factors on the learning rate, by weights as freeze names them: { conv5: 0.1 }.',
      }),
      unfreezeAfter: Type.Union([Type.Number({ exclusiveMinimum: 0, unit: 'passes over the data' }), Type.Null()], {
        default: null,
        description: 'After so many epochs what freeze names trains as well; null: never.',
      }),
    },
    {
      default: {},
      additionalProperties: false,
      description: 'Which weights train, and how fast. Layers: `ichor describe backbone NAME`.',
    },
  ),
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
    /** Names of weights known for this network; none is always one. */
    weights: readonly string[];
    /** What these files were made for (a field that is absent may be anything), and where they are published. */
    weightsFor?: Readonly<Record<string, { channels?: number; size?: number; file?: PublishedWeights }>>;
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
