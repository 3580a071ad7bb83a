import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../registry/kinds/layers.ts';
import type { HostTensor, HostTensors, Step, Tensors } from '../engine/engine.ts';
import { type Gradients, gradientsOf, type LossParts } from './gradients.ts';
import { need } from './names.ts';

/**
 * Of an update whose batches are more than one: sums of gradients, `gathered/<name>` of the state, zero between two updates.
 * So no checkpoint, which lies between two updates, holds them.
 */
const GATHERED = 'gathered/';
const gatheredName = (name: string) => `${GATHERED}${name}`;

/** What a batch of the last of these steps is given: items that count in all batches of the update, `[]`. */
const COUNTED = 'counted';

/** The sums at the start of an update, for weights of these names. */
export const nothingGathered = (weights: HostTensors, names: readonly string[]): HostTensors =>
  Object.fromEntries(
    names.map((name): [string, HostTensor] => {
      const { shape, data } = weights[name] as HostTensor;
      return [gatheredName(name), { shape, dtype: 'float32', data: new Float32Array(data.length) }];
    }),
  );

/**
 * A batch that is not the last of its update: its gradients are added to the sums, and batch norm's running averages move. State
 * and batch as of `trainStep`, without the optimizer's scalars, and `gathered/<name>`. Output: `loss` `[]`, of this batch.
 */
export function gatherStep(parts: LossParts, names: readonly string[]): Step {
  const { tf } = parts.engine;
  return (state, batch) => {
    const { loss, gradients, averages } = gradientsOf(parts, names, 'sum', state, batch);
    const next: Record<string, Tensor> = { ...averages };
    names.forEach((name, i) => {
      const sum = gatheredName(name);
      next[sum] = tf.add(need(state, sum), gradients[i] as Tensor);
    });
    return { state: next, outputs: { loss: meanOf(tf, loss, batch) } };
  };
}

/** The gradients of an update, of what was gathered and the batch that ends it, and the sums of the next one: zeros. */
export function gatheredGradients(
  parts: LossParts,
  names: readonly string[],
  state: Tensors,
  batch: Tensors,
): Gradients & { emptied: Tensors } {
  const { tf } = parts.engine;
  const { loss, gradients, averages } = gradientsOf(parts, names, 'sum', state, batch);
  const emptied: Record<string, Tensor> = {};
  const all = names.map((name, i) => {
    const sum = need(state, gatheredName(name));
    emptied[gatheredName(name)] = tf.zerosLike(sum);
    return tf.tidy(() => tf.div(tf.add(sum, gradients[i] as Tensor), need(batch, COUNTED)));
  });
  for (const gradient of new Set(gradients)) gradient.dispose();
  return { loss: meanOf(tf, loss, batch), gradients: all, averages, emptied };
}

/** A sum of losses as the mean that a step tells. */
const meanOf = (tf: TF, sum: Tensor, batch: Tensors): Tensor =>
  tf.div(sum, tf.maximum(tf.sum(need(batch, 'weights')), 1));

/** What the batch that ends an update is given: of how many items the mean is. */
export const countedInput = (counted: number): HostTensors => ({
  [COUNTED]: { shape: [], dtype: 'float32', data: Float32Array.of(Math.max(counted, 1)) },
});
