import type { TObject } from 'typebox';
import type { Kind } from './kinds.ts';
import { Type } from './type.ts';

export const SPLIT_OF_ITS_OWN =
  "Which patients it trains on. same: the backbone's split; a split: one of its own, drawn independently, which leaks wherever it validates on patients that trained the backbone.";
export const FURTHER_BACKBONES =
  'Backbones beside the first, each trained as it is by train.backbone: the sequence reads their embeddings side by side.';

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
    group: Type.Union([Type.Literal('series'), Type.Literal('patient'), Type.Literal('slice')], {
      default: 'series',
      description:
        "What a sequence is made of. patient: all slices of a patient's series by position, so that studies interleave. slice: each slice by itself, a control without neighbours.",
    }),
    order: Type.Union(
      [Type.Literal('anatomical'), Type.Literal('shuffled'), Type.Literal('file'), Type.Literal('file-in-test')],
      {
        default: 'anatomical',
        description:
          'In which order the slices follow each other. shuffled: at random, another way in each epoch; file: by slice id; file-in-test: by slice id in the test set only. All but anatomical are controls.',
      },
    ),
    steps: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 4096,
      unit: 'slices',
      description:
        'Length of a sequence in training: longer groups are shortened as training says, shorter ones padded.',
    }),
    training: Type.Union([Type.Literal('regular'), Type.Literal('random-chunks')], {
      default: 'regular',
      description:
        'What training takes of a group longer than steps. regular: slices at regular intervals; random-chunks: neighbouring slices from a place that is drawn in each epoch.',
    }),
    pad: Type.Union([Type.Literal('zeros'), Type.Literal('random-front')], {
      default: 'zeros',
      description:
        'How shorter groups reach steps. zeros: under the mask, which changes nothing; random-front: vectors from 0 to 1 at the front that the network reads as slices, in prediction too: a control.',
    }),
    littleBrain: Type.Union([Type.Literal('embedded'), Type.Literal('random')], {
      default: 'embedded',
      description:
        'What stands for the slices that data.minBrainFraction keeps from training the backbone. embedded: their own vectors; random: a vector from 0 to 1 each, whose labels count as before: a control, as the released code had it.',
    }),
    features: Type.Object(
      {
        deltas: Type.Boolean({
          default: false,
          description: 'The difference to the slice before and to the slice after; zero at the ends.',
        }),
        spacing: Type.Boolean({ default: false, description: 'The distance to the slice before in cm.' }),
        position: Type.Boolean({ default: false, description: 'The place of the slice in its series, from 0 to 1.' }),
      },
      {
        default: {},
        additionalProperties: false,
        description:
          'What is put beside the vector of each slice, each false by default: deltas (to the slice before and after), spacing (cm to the slice before), position (in its series, 0 to 1).',
      },
    ),
    reversed: Type.Boolean({
      default: false,
      description: 'Predicts each group in both directions and takes the mean of the logits. Training does not change.',
    }),
    split: Type.Union(
      [
        Type.Literal('same'),
        Type.Object({ type: Type.String({ description: 'Name of a split.' }) }, { additionalProperties: true }),
      ],
      {
        default: 'same',
        description: SPLIT_OF_ITS_OWN,
      },
    ),
    backbones: Type.Array(
      Type.Object({ type: Type.String({ description: 'Name of a backbone.' }) }, { additionalProperties: true }),
      {
        default: [],
        maxItems: 8,
        description: FURTHER_BACKBONES,
      },
    ),
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
