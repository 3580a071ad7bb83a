import type { Tensor } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import type { ComponentValue } from '../recipe.ts';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';
import type { TF } from './layers.ts';
import { Type } from './type.ts';

/** Common fields of optimizers. */
export interface OptimizerCommon {
  /** Above 0, at most 10. `scalars` receives that of the step, as the schedule has it, from 0 up. */
  learningRate: number;
  /** Gradients are scaled down to this global norm; null: not at all. */
  clipNorm: number | null;
  /** What the runtime multiplies the learning rate by in each update. */
  schedule?: ComponentValue;
  /** Decoupled weight decay; null: the optimizer's own. */
  weightDecay?: number | null;
  /** Last parts of the names of weights that do not decay. */
  decayExclude?: readonly string[];
}

/** Biases and the scales of norms: what weight decay leaves alone unless a recipe says otherwise. */
export const DECAY_EXCLUDED: readonly string[] = ['bias', 'beta', 'gamma'];

export const SCHEDULE_OF_THE_RATE =
  'How the learning rate goes over the whole training, counted in updates (`ichor list schedule`), each with a warm-up where it is asked for.';

/** The same as a recipe may state them: no component has a parameter of one of these names. */
export const OPTIMIZER_COMMON: TObject = Type.Object({
  learningRate: Type.Number({ default: 1e-3, exclusiveMinimum: 0, maximum: 10, description: 'Size of a step.' }),
  clipNorm: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
    default: null,
    description: 'Gradients are scaled down to this global norm; null: not at all.',
  }),
  weightDecay: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
    default: null,
    description:
      "Before each update weights shrink by this share of themselves times the learning rate, beside the gradient (decoupled, as Keras' weight_decay); null: what the optimizer has of its own, which is 0 but for adamw.",
  }),
  decayExclude: Type.Array(Type.String({ minLength: 1 }), {
    default: [...DECAY_EXCLUDED],
    description:
      'Weights that do not shrink, by the last part of their names, as weights.safetensors has them: biases and the scales of norms, unless something else is named.',
  }),
  schedule: Type.Object(
    { type: Type.String({ description: 'Name of a schedule.' }) },
    { default: { type: 'constant' }, additionalProperties: true, description: SCHEDULE_OF_THE_RATE },
  ),
});

/**
 * One op of TensorFlow that makes the same update as `update`, on variables: what a compiled step runs in its place. Its
 * inputs in the op's order: the weight, its gradient, a slot, a scalar of `scalars`, or a number. Its attributes stay at
 * their defaults.
 */
export interface FusedUpdate {
  /** Such as `ResourceApplyAdam`. */
  op: string;
  inputs: readonly ('weight' | 'gradient' | { readonly slot: string } | { readonly scalar: string } | number)[];
}

/** How weights follow their gradients: see `defineOptimizer`. */
export interface Optimizer<P extends TObject = TObject> extends Base<P> {
  kind: 'optimizer';
  contract(params: Params<P, OptimizerCommon>): Record<string, never>;
  /** Names of the tensors kept for each weight, of its shape, zero at first. */
  slots: readonly string[];
  /**
   * Finite numbers that change with the step (1 for the first), of the same names each time; handed in as scalars `[]`.
   * `params.learningRate` is that of the step: what the schedule made of it, from 0 up.
   */
  scalars(step: number, params: Params<P, OptimizerCommon>): Readonly<Record<string, number>>;
  /** The learning rate of a step, for the record of a training, where it is not `params.learningRate`. */
  learningRate?(step: number, params: Params<P, OptimizerCommon>): number;
  /**
   * One weight's update: tensors of the weight's own shape, any rank. Gives the new weight and every slot anew. A pure
   * function: it disposes of nothing, reads no value and keeps no tensor.
   */
  update(
    tf: TF,
    weight: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    scalars: Readonly<Record<string, Tensor>>,
    params: Params<P, OptimizerCommon>,
  ): { weight: Tensor; slots: Record<string, Tensor> };
  /** Weight decay where the recipe states none; absent: none. The runtime does it, before `update`. */
  weightDecay?: number;
  /** The same update as one op of TensorFlow, where it has one; `update` stays the definition, and what other engines run. Null: not with these parameters. */
  fused?(params: Params<P, OptimizerCommon>): FusedUpdate | null;
}

/**
 * Defines an optimizer: the update of one weight. What it keeps from step to step lies in `slots`, zero at first, and is
 * part of each checkpoint. Clipping by `clipNorm` and weight decay have happened before.
 *
 * @example
 * ```ts
 * import { defineOptimizer, Type } from 'ichor';
 *
 * export default defineOptimizer({
 *   name: 'acme/momentum',
 *   version: 1,
 *   summary: 'Gradient descent with momentum.',
 *   params: Type.Object({
 *     decay: Type.Number({ default: 0.9, minimum: 0, exclusiveMaximum: 1, description: 'Of the velocity, a step.' }),
 *   }),
 *   contract: () => ({}),
 *   slots: ['velocity'],
 *   scalars: (_step, { learningRate }) => ({ rate: learningRate }),
 *   update(tf, weight, gradient, { velocity }, { rate }, { decay }) {
 *     const next = tf.add(tf.mul(velocity!, decay), gradient);
 *     return { weight: tf.sub(weight, tf.mul(next, rate!)), slots: { velocity: next } };
 *   },
 * });
 * ```
 */
export const defineOptimizer = <P extends TObject>(c: Written<Optimizer<P>, OptimizerCommon>) =>
  definer('optimizer')(c) as Optimizer<P>;
