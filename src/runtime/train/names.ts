import type { Tensor } from '@tensorflow/tfjs';
import type { HostTensor, HostTensors, Tensors } from '../engine/engine.ts';

/** Names in the flat state of a training step, and in its batch. */
export const WEIGHTS = 'weights/';
export const weightName = (name: string) => `${WEIGHTS}${name}`;
/** The moving averages of all weights, where a training keeps them. */
export const AVERAGES = 'averages/';
export const averageName = (name: string) => `${AVERAGES}${name}`;
export const slotName = (slot: string, name: string) => `slots/${slot}/${name}`;
/** Of the group of weights that it is for: the first has plain names. */
export const scalarName = (name: string, group = 0) =>
  group === 0 ? `optimizer/${name}` : `optimizer/${group}/${name}`;

/** What a step is given of its optimizer, as a part of its batch. */
export const scalarInputs = (scalars: Readonly<Record<string, number>>, group = 0): HostTensors =>
  Object.fromEntries(
    Object.entries(scalars).map(([name, value]): [string, HostTensor] => [
      scalarName(name, group),
      { shape: [], dtype: 'float32', data: Float32Array.of(value) },
    ]),
  );

/** A tensor of a step's state or batch, which has it by its making. */
export function need(tensors: Tensors, name: string): Tensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`the step was given no ${name}`);
  return tensor;
}

/** The weights of a state under their own names; or their averages, under the names of the weights. */
export function weightsOf<T extends Tensors | HostTensors>(
  state: T,
  of: typeof WEIGHTS | typeof AVERAGES = WEIGHTS,
): Record<string, T[string]> {
  return Object.fromEntries(
    Object.entries(state)
      .filter(([name]) => name.startsWith(of))
      .map(([name, tensor]) => [name.slice(of.length), tensor]),
  ) as Record<string, T[string]>;
}

/** Weights as a state. */
export const asState = (weights: HostTensors): HostTensors =>
  Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [weightName(name), tensor]));

/** The optimizer's slots at the start: zeros. */
export function emptySlots(slots: readonly string[], weights: HostTensors, trainable: readonly string[]): HostTensors {
  const state: Record<string, HostTensor> = {};
  for (const name of trainable) {
    const weight = weights[name];
    if (!weight) throw new Error(`there is no weight ${name}`);
    for (const slot of slots) {
      state[slotName(slot, name)] = {
        shape: weight.shape,
        dtype: 'float32',
        data: new Float32Array(weight.data.length),
      };
    }
  }
  return state;
}

/** An output that the step has by its making. */
export function floats(outputs: HostTensors, name: string): Float32Array {
  const tensor = outputs[name];
  if (!tensor) throw new Error(`the step gave no ${name}`);
  return tensor.data as Float32Array;
}
