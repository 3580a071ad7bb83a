import type { Tensor } from '@tensorflow/tfjs';
import type { FusedUpdate } from '../../../../registry/kinds/optimizer.ts';
import type { UpdateTensors } from '../../engine.ts';
import { CONSTANTS } from '../constants.ts';
import type { Output } from '../symbols.ts';
import type { Recording } from './compile.ts';
import { type } from './graph.ts';
import type { Variable } from './variables.ts';

/**
 * Puts TensorFlow's own op of an optimizer into the record that is being made: it writes the variables of the weight and of
 * its slots in place, in one pass over the memory. False where no step is being recorded, or where one of them is no
 * variable as it stands.
 */
export function fusedUpdate(recording: Recording, { op, inputs }: FusedUpdate, tensors: UpdateTensors): boolean {
  const { current, backend, tf } = recording;
  if (current === null) return false;
  const { recorder, state } = current;
  const outputOf = (tensor: Tensor): Output => recorder.outputOf(backend.getInputTensorIds([tensor])[0] as number);
  const own = new Map<string, Variable>();
  const variableOf = (tensor: Tensor | undefined): Output | null => {
    const found = tensor && state.variableOf(outputOf(tensor));
    if (!found || current.written.has(found.name)) return null;
    own.set(found.name, found.variable);
    return found.variable.handle;
  };
  const outputIf = (tensor: Tensor | undefined): Output | null => (tensor ? outputOf(tensor) : null);
  const given = inputs.map((input): Output | null => {
    if (typeof input === 'number') return outputOf(tf.scalar(input));
    if (input === 'weight') return variableOf(tensors.weight);
    if (input === 'gradient') return outputIf(tensors.gradient);
    return 'slot' in input ? variableOf(tensors.slots[input.slot]) : outputIf(tensors.scalars[input.scalar]);
  });
  if (!given.every((output) => output !== null)) return false;
  current.writes.push({ op, inputs: given, attributes: [type('T', CONSTANTS.TF_FLOAT)], variables: own });
  for (const name of own.keys()) current.written.add(name);
  return true;
}
