import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { LABELS } from '../../labels.ts';
import type { Engine, Tensors } from '../engine/engine.ts';
import type { Chosen } from './components.ts';
import { type BatchNorms, tensorLayers } from './layers/tensors.ts';
import { itemLosses, maskedMean, maskedSum } from './loss.ts';
import { need, weightName, weightsOf } from './names.ts';
import type { Network } from './network.ts';

/** What a gradient is taken of. */
export interface LossParts {
  engine: Pick<Engine, 'tf' | 'ops'>;
  network: Network;
  batchNorm: BatchNorms;
  /** Weights that keep their values: batch norms of theirs run on their averages. Absent: none. */
  frozen?: ReadonlySet<string>;
  loss: Chosen<'loss'>;
  /** From the batch to what the network takes: augmentation in training. */
  inputs(batch: Tensors): Tensors;
  /** From the batch to the labels `[items, 6]` that are learned; absent: as they are. */
  labels?(batch: Tensors): Tensor;
}

export interface Gradients {
  /** The loss that they are of, `[]`. */
  loss: Tensor;
  /** Of each weight that was asked for, in that order, in its shape. One tensor may stand in several places. */
  gradients: readonly Tensor[];
  /** New running averages of batch norm, by `weights/<name>`. */
  averages: Record<string, Tensor>;
}

/** `[..., 6]` as `[items, 6]`: a slice, or a step of a sequence, is an item. */
export const asItems = (engine: LossParts['engine'], logits: Tensor) => engine.tf.reshape(logits, [-1, LABELS.length]);

/**
 * Loss and gradients of a batch with respect to weights of these names: of the mean over the items that count, or of their
 * sum, which can be added to that of other batches.
 */
export function gradientsOf(
  { engine, network, batchNorm, frozen, loss, inputs, labels }: LossParts,
  names: readonly string[],
  over: 'mean' | 'sum',
  state: Tensors,
  batch: Tensors,
): Gradients {
  const { tf } = engine;
  const reduced = over === 'mean' ? maskedMean : maskedSum;
  const kept: Record<string, Tensor> = {};
  const forward = (...values: Tensor[]): Tensor => {
    const weights = {
      ...weightsOf(state),
      ...Object.fromEntries(names.map((name, i) => [name, values[i] as Tensor])),
    };
    const seed = need(batch, 'seed');
    const layers = tensorLayers({ engine, weights, training: true, batchNorm, seed, ...(frozen && { frozen }) });
    const { logits, auxiliary } = network.forward(layers, tf, inputs(batch));
    // The gradients' scope throws away what does not lead to the loss: running averages have to outlive it.
    for (const [name, average] of Object.entries(layers.updates())) kept[name] = tf.keep(tf.clone(average));
    const truths = labels?.(batch) ?? need(batch, 'labels');
    const lossOf = (from: Tensor) =>
      reduced(tf, itemLosses(tf, loss, asItems(engine, from), truths), need(batch, 'weights'));
    const own = lossOf(logits);
    return (auxiliary ?? []).reduce<Tensor>((sum, head) => tf.add(sum, tf.mul(lossOf(head.logits), head.weight)), own);
  };
  const before = names.map((name) => need(state, weightName(name)));
  const { value, grads } = tf.valueAndGrads(forward as (...args: Tensor[]) => Scalar)(before);
  const averages: Record<string, Tensor> = {};
  for (const [name, average] of Object.entries(kept)) {
    averages[weightName(name)] = tf.clone(average);
    average.dispose();
  }
  // A weight that the loss does not reach has no gradient at all: it counts as zero.
  return { loss: value, gradients: before.map((weight, i) => grads[i] ?? tf.zerosLike(weight)), averages };
}
