import type { TObject } from 'typebox';
import type { Kind } from './kinds.ts';
import { Type } from './type.ts';

/** The fields that every component of a kind takes. A component that has one of these as its own parameter does not register. */
export const COMMON: Readonly<Record<Kind, TObject>> = {
  source: Type.Object({}),
  split: Type.Object({}),
  window: Type.Object({}),
  augmentation: Type.Object({
    probability: Type.Number({
      default: 0.5,
      minimum: 0,
      maximum: 1,
      description: 'Chance that an image is changed, drawn for each image and epoch.',
    }),
  }),
  backbone: Type.Object({
    weights: Type.Union([Type.Literal('none'), Type.Literal('imagenet')], {
      default: 'none',
      description: 'Weights to start from; none: random ones.',
    }),
    batchNorm: Type.Union([Type.Literal('trained'), Type.Literal('frozen')], {
      default: 'trained',
      description: 'trained: batch statistics while training. frozen: the statistics of the loaded weights throughout.',
    }),
  }),
  sequence: Type.Object({
    group: Type.Union([Type.Literal('series')], {
      default: 'series',
      description: 'What a sequence is made of, in anatomical order.',
    }),
    steps: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 4096,
      unit: 'slices',
      description:
        'Length of a sequence in training: longer groups are sampled at regular intervals, shorter ones padded.',
    }),
    split: Type.Union([Type.Literal('same')], {
      default: 'same',
      description: "Which patients it trains on; same: the backbone's.",
    }),
  }),
  loss: Type.Object({
    reduction: Type.Union([Type.Literal('sum-over-labels'), Type.Literal('mean-over-labels')], {
      default: 'sum-over-labels',
      description: 'How the losses of the six labels become one; the mean over items follows.',
    }),
  }),
  optimizer: Type.Object({
    learningRate: Type.Number({ default: 1e-3, exclusiveMinimum: 0, maximum: 10, description: 'Size of a step.' }),
    clipNorm: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
      default: null,
      description: 'Gradients are scaled down to this global norm; null: not at all.',
    }),
  }),
  metric: Type.Object({}),
};

/** What a block without a `type` (and without one below it) is. Kinds that are not named here must say. */
export const DEFAULT_COMPONENT: Readonly<Partial<Record<Kind, string>>> = {
  split: 'by-patient',
  window: 'linear',
  loss: 'binary-cross-entropy',
  optimizer: 'adam',
};
