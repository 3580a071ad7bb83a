import type { TObject } from 'typebox';
import type { ComponentValue } from '../recipe.ts';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';
import type { Layers } from './layers.ts';
import { Type } from './type.ts';

/** Common fields of sequences. */
export interface SequenceCommon {
  /** What a sequence is made of. */
  group: 'series' | 'patient' | 'slice';
  order: 'anatomical' | 'shuffled' | 'file' | 'file-in-test';
  /** Steps in training; longer groups are shortened, shorter ones padded under a mask. */
  steps: number;
  training: 'regular' | 'random-chunks';
  pad: 'zeros' | 'random-front';
  /** What stands for slices that `data.minBrainFraction` keeps from training the backbone. */
  littleBrain: 'embedded' | 'random';
  /** What the runtime puts beside each vector before the network sees it. */
  features: { deltas: boolean; spacing: boolean; position: boolean };
  /** Predictions are the mean of the logits of both directions. */
  reversed: boolean;
  /** `same`: the backbone's split. */
  split: 'same' | ComponentValue;
  /** Backbones beside the first. */
  backbones: readonly ComponentValue[];
}

export const SPLIT_OF_ITS_OWN =
  "Which patients it trains on. same: the backbone's split; a split: one of its own, drawn independently, which leaks wherever it validates on patients that trained the backbone.";
export const FURTHER_BACKBONES =
  'Backbones beside the first, each trained as it is by train.backbone: the sequence reads their embeddings side by side.';

/** The same as a recipe may state them: no component has a parameter of one of these names. */
export const SEQUENCE_COMMON: TObject = Type.Object({
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
    description: 'Length of a sequence in training: longer groups are shortened as training says, shorter ones padded.',
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
});

/** The network that reads a series: see `defineSequence`. */
export interface Sequence<P extends TObject = TObject> extends Base<P> {
  kind: 'sequence';
  contract(params: Params<P, SequenceCommon>): {
    /**
     * What it reads of each slice. `embeddings`: the backbone's pooled vector. `logits`: what the backbone says of the
     * six labels. `position`: the slice's place in its series, 0 to 1, and the number of its slices / 100, no picture.
     */
    needs: 'embeddings' | 'logits' | 'position';
    /** Width of the features that it makes. */
    width: number;
    /** `logits`: its network gives the six logits themselves (width 6), and no layer follows. Absent: features. */
    gives?: 'features' | 'logits';
    /** False: it has no weights, and nothing is trained. */
    trains?: boolean;
    /** False: what it says of a slice depends on that slice alone. */
    context?: boolean;
    /** Width of the embeddings that it takes; absent: any. */
    embedding?: number;
    /** How long its sequences may be; absent: any length. */
    steps?: { minimum?: number; maximum?: number };
  };
  /**
   * `[batch, steps, embedding]` and mask `[batch, steps]` (1 real, 0 padding) -> features `[batch, steps, width]`; a dense
   * layer on six labels follows. Neither padding nor the other series of a batch may change a series. What comes in is
   * as wide as what it needs and `features` together.
   */
  network<T>(layers: Layers<T>, embeddings: T, mask: T, params: Params<P, SequenceCommon>): T | WithAuxiliary<T>;
}

/** Features with a second head: a layer on the six labels reads `from` while training, and its loss counts `weight` times. */
export interface WithAuxiliary<T> {
  features: T;
  auxiliary: { from: T; weight: number };
}

/**
 * Defines a sequence network: it reads the embeddings of a series' slices in anatomical order, under a mask, and gives
 * features for each of them; the layer on the six labels is added.
 *
 * @example
 * ```ts
 * import { defineSequence, Type } from 'ichor';
 *
 * export default defineSequence({
 *   name: 'acme/short-lstm',
 *   version: 1,
 *   summary: 'One bidirectional LSTM.',
 *   params: Type.Object({
 *     cells: Type.Integer({ default: 16, minimum: 1, maximum: 512, description: 'Of each direction.' }),
 *   }),
 *   contract: ({ cells }) => ({ needs: 'embeddings', width: 2 * cells }),
 *   network: (layers, embeddings, mask, { cells }) => layers.biLstm('lstm', embeddings, mask, { cells }),
 * });
 * ```
 */
export const defineSequence = <P extends TObject>(c: Written<Sequence<P>, SequenceCommon>) =>
  definer('sequence')(c) as Sequence<P>;
