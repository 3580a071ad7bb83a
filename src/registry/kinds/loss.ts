import type { Tensor } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import { LABELS, type Label } from '../../labels.ts';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';
import type { TF } from './layers.ts';
import { Type } from './type.ts';

/** Common fields of losses. */
export interface LossCommon {
  /** How a slice's six losses become one; the mean over slices follows. */
  reduction: 'sum-over-labels' | 'mean-over-labels';
  /** A label y becomes y (1 - s) + s / 2. */
  labelSmoothing?: number;
  /** What the loss of a label is multiplied by; a label that is absent counts 1. */
  labelWeights?: Partial<Record<Label, number>>;
}

/** The same as a recipe may state them: no component has a parameter of one of these names. */
export const LOSS_COMMON: TObject = Type.Object({
  reduction: Type.Union([Type.Literal('sum-over-labels'), Type.Literal('mean-over-labels')], {
    default: 'sum-over-labels',
    description: 'How the losses of the six labels become one; the mean over items follows.',
  }),
  labelSmoothing: Type.Number({
    default: 0,
    minimum: 0,
    exclusiveMaximum: 1,
    description:
      "A label y becomes y (1 - s) + s / 2, as Keras' label_smoothing. Probabilities are then pulled to the middle; figures are taken from the labels as they are.",
  }),
  labelWeights: Type.Object(
    Object.fromEntries(
      LABELS.map((label) => [
        label,
        Type.Optional(
          Type.Number({
            minimum: 0,
            maximum: 1000,
            description: `What the loss of ${label} is multiplied by; 1 where it is not named.`,
          }),
        ),
      ]),
    ),
    {
      default: {},
      additionalProperties: false,
      description:
        "What the loss of a label is multiplied by; those that are not named count 1. { any: 2 } as in Kaggle's log loss.",
    },
  ),
});

/** What training makes small: see `defineLoss`. */
export interface Loss<P extends TObject = TObject> extends Base<P> {
  kind: 'loss';
  /** `probabilities: false` where what makes it smallest are no probabilities: log loss and calibration figures then say so. */
  contract(params: Params<P, LossCommon>): { probabilities?: boolean };
  /**
   * Logits and labels (0 or 1, or between where they are smoothed) `[items, 6]`, columns in the order of LABELS -> loss of each cell `[items, 6]`, finite for
   * any logit; the runtime reduces (labels by `reduction`, items by the masked mean). Its gradient in the logits is taken.
   */
  cells(tf: TF, logits: Tensor, labels: Tensor, params: Params<P, LossCommon>): Tensor;
}

/**
 * Defines a loss: of each label of each item by itself, from the logit; the runtime reduces.
 *
 * @example
 * ```ts
 * import { defineLoss, Type } from 'ichor';
 *
 * // Lin et al. 2017, with alpha 0.5 for both classes.
 * export default defineLoss({
 *   name: 'acme/focal',
 *   version: 1,
 *   summary: 'Cross-entropy in which sure answers count less.',
 *   params: Type.Object({
 *     gamma: Type.Number({ default: 2, minimum: 0, maximum: 5, description: '0: plain cross-entropy.' }),
 *   }),
 *   contract: () => ({}),
 *   cells(tf, logits, labels, { gamma }) {
 *     // z of the right answer: the logit of a positive, minus it of a negative.
 *     const right = tf.mul(logits, tf.sub(tf.mul(labels, 2), 1));
 *     const entropy = tf.softplus(tf.neg(right));
 *     // (1 - p)^gamma as exp(gamma log(1 - p)): finite where p is 1.
 *     return tf.mul(tf.exp(tf.mul(tf.softplus(right), -gamma)), entropy);
 *   },
 * });
 * ```
 */
export const defineLoss = <P extends TObject>(c: Written<Loss<P>, LossCommon>) => definer('loss')(c) as Loss<P>;
