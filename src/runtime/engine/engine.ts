import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import { IchorError } from '../../errors.ts';
import type { TF } from '../../registry/kinds/layers.ts';
import type { FusedUpdate } from '../../registry/kinds/optimizer.ts';

/** A tensor as plain memory. `int32` also takes bytes: images go to the engine as a Uint8Array. */
export interface HostTensor {
  shape: readonly number[];
  dtype: 'float32' | 'int32';
  data: Float32Array | Int32Array | Uint8Array;
}
export type HostTensors = Readonly<Record<string, HostTensor>>;
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * One step as a pure function: from the state (weights, averages, optimizer's slots) and a batch to the next
 * state and the outputs that the caller wants to read. It may hand back a part of the state: what it leaves out
 * stays. It reads no value in JavaScript, so that an engine may trace it once and run it as one graph.
 * Numbers that change with the step (learning rate, seeds) come in the batch.
 */
export type Step = (state: Tensors, batch: Tensors) => { state: Tensors; outputs: Tensors };

/** Tensors that live in the engine from step to step. Several steps may read and write the same ones. */
export interface EngineState {
  /** Wall time that steps over it have spent inside of the engine so far. */
  readonly seconds: number;
  /** As they are now, copied; of these names alone, or all. */
  read(names?: readonly string[]): Promise<HostTensors>;
  /** Replaces tensors of these names, which it has, for the steps that are run after this. */
  write(values: HostTensors): void;
  dispose(): void;
}

/** A step over a state of the engine. */
export interface CompiledStep {
  /** Runs one step. Shapes may differ from call to call; each new set of them may take a while. */
  run(batch: HostTensors): Promise<HostTensors>;
  /** Why batches of this form cannot be run in this engine's mode, as a clause; null where they can. Computes nothing. */
  trial(batch: HostTensors): string | null;
  dispose(): void;
}

/** A batch in messages. */
export function batchText(batch: HostTensors): string {
  const parts = Object.entries(batch).map(([name, { shape, dtype }]) => `${name} ${dtype}[${shape.join(', ')}]`);
  return parts.join(', ') || 'no input';
}

/** What must be fast: an operation of the engine, differentiable, composed from tf where the engine has none. */
export interface EngineOps {
  /** Now what is computed and not used costs nothing: a step is being recorded, and only what leads to its results is run. */
  readonly prunes: boolean;
  /**
   * Batch norm with batch statistics over all axes but the last. `gamma` null: no scale.
   * Returns y and the batch's mean and POPULATION variance (Keras); gradients flow to x, gamma, beta.
   */
  batchNorm(
    x: Tensor,
    gamma: Tensor | null,
    beta: Tensor,
    epsilon: number,
  ): { y: Tensor; mean: Tensor; variance: Tensor };
  /** x + bias over the last axis, as the op that graphs join with a convolution before it. */
  biasAdd(x: Tensor, bias: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  /** min(max(x, 0), 6); no gradient at and beyond either end, as TensorFlow has it. */
  relu6(x: Tensor): Tensor;
  /**
   * LSTM over time-major input `[steps, batch, in]`; kernel `[in, 4u]`, recurrent `[u, 4u]`, bias `[4u]`, gates i, f, c, o;
   * mask `[steps, batch]` of 0 and 1: a masked step keeps h and c, its output is 0. `reverse` runs from the last step.
   * Returns `[steps, batch, u]`. Gradients flow to x, kernel, recurrent, bias.
   */
  lstm(x: Tensor3D, kernel: Tensor2D, recurrent: Tensor2D, bias: Tensor, mask: Tensor2D, reverse: boolean): Tensor3D;
  /**
   * GRU over time-major input `[steps, batch, in]`, `reset_after`; kernel `[in, 3u]`, recurrent `[u, 3u]`, bias `[2, 3u]` (of
   * the input, of the state), blocks z, r, h. Mask, `reverse` and result as of `lstm`.
   */
  gru(x: Tensor3D, kernel: Tensor2D, recurrent: Tensor2D, bias: Tensor2D, mask: Tensor2D, reverse: boolean): Tensor3D;
  /**
   * Bilinear warp of `[batch, h, w, c]`, edge pixels replicated. `matrices` is `[batch, 6]`: see Matrix in
   * registry/kinds/augmentation.ts. Not differentiable.
   */
  warp(images: Tensor4D, matrices: Tensor2D): Tensor4D;
  /**
   * Uniform in [0, 1), the numbers of TensorFlow's StatelessRandomUniform (Philox4x32-10) on every engine.
   * `seed` is int32 `[2]`: a value of the batch, not of JavaScript.
   */
  statelessUniform(seed: Tensor, shape: readonly number[]): Tensor;
  /**
   * Writes the next values of a weight of the state and of its slots by one op of the engine. False where it has none, or
   * none here: then the update is to be composed. Where true, the step hands back neither of them.
   */
  update(fused: FusedUpdate, tensors: UpdateTensors): boolean;
}

/** What an optimizer's update of one weight works on. Weight and slots are the state's own tensors. */
export interface UpdateTensors {
  weight: Tensor;
  gradient: Tensor;
  slots: Tensors;
  scalars: Tensors;
}

export interface EngineLimits {
  /** Weights of a network; null: no limit. */
  parameters: number | null;
  /** Multiply-adds of one training step, forward: batch x those of one item; null: no limit. */
  multiplyAddsPerStep: number | null;
}

/** What products and convolutions are computed in; everything else, weights and sums are float32 in either. */
export type Precision = 'float32' | 'bfloat16';

export type EngineKind = 'native' | 'wasm';

/** How steps run: recorded once and then as one call of a session, or operation by operation. */
export type EngineMode = 'graph' | 'eager';

export interface Engine {
  readonly kind: EngineKind;
  /** Version of what computes: part of the keys (`tensorflow 2.17.1`, `tfjs-wasm 4.22.0`). */
  readonly version: string;
  readonly mode: EngineMode;
  readonly precision: Precision;
  readonly threads: number;
  readonly tf: TF;
  readonly ops: EngineOps;
  readonly limits: EngineLimits;
  /** Kernels that the backend lacks and ichor registers in composed form. */
  readonly composed: readonly string[];
  /**
   * Tensors for steps to work on.
   * @param use `inference`: no step over it writes; `training`: some do.
   */
  state(initial: HostTensors, use?: 'training' | 'inference'): EngineState;
  /** @param state of this engine. */
  compile(step: Step, state: EngineState): CompiledStep;
  /** The same engine with steps of this form. @throws IchorError `engine-mode` where it has none. */
  as(mode: EngineMode, precision?: Precision): Engine;
  close(): void;
}

export const noSuchMode = ({ kind }: Pick<Engine, 'kind'>, mode: EngineMode, precision: Precision): IchorError =>
  new IchorError(
    'engine-mode',
    `The engine ${kind} runs no steps in the mode ${mode} with ${precision}.`,
    'Only the native engine compiles steps (`ichor engine install`), and only compiled steps compute in bfloat16.',
  );
