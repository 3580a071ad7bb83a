import type { Scalar, Tensor, TensorContainer } from '@tensorflow/tfjs';
import { LABELS } from '../../labels.ts';
import type { Engine, Step, Tensors } from '../engine/engine.ts';
import { clipping } from './clip.ts';
import type { Chosen } from './components.ts';
import { tensorLayers } from './layers/tensors.ts';
import { itemLosses, maskedMean } from './loss.ts';
import { scalarName, slotName, weightName, weightsOf } from './names.ts';
import type { Network } from './network.ts';
import { DECAY, decays, stepScalars, weightDecayOf } from './weight-decay.ts';

export interface StepParts {
  engine: Pick<Engine, 'tf' | 'ops'>;
  network: Network;
  batchNorm: 'trained' | 'frozen';
  loss: Chosen<'loss'>;
  optimizer: Chosen<'optimizer'>;
  /** From the batch to what the network takes: augmentation in training. */
  inputs(batch: Tensors): Tensors;
}

/** What an update gives where no op of the engine writes it. */
type Updated = ReturnType<Chosen<'optimizer'>['component']['update']>;

const need = (tensors: Tensors, name: string): Tensor => {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`the step was given no ${name}`);
  return tensor;
};

/** `[..., 6]` as `[items, 6]`: a slice, or a step of a sequence, is an item. */
const asItems = (engine: StepParts['engine'], logits: Tensor) => engine.tf.reshape(logits, [-1, LABELS.length]);

/**
 * One training step. State: `weights/<name>`, `slots/<slot>/<name>`. Batch: what `inputs` takes, `labels` `[items, 6]`,
 * `weights` `[items]` (1 counts, 0 does not), `seed` int32 `[2]`, `optimizer/<scalar>` `[]`. Outputs: `loss` `[]`, and where
 * gradients are clipped `gradientNorm` `[]`, their global norm before that.
 */
export function trainStep(parts: StepParts): Step {
  const { engine, network, loss, optimizer } = parts;
  const { tf } = engine;
  const trainable = network.spec.weights.filter((weight) => weight.trainable).map((weight) => weight.name);
  const fused = optimizer.component.fused?.(optimizer.params) ?? null;
  const scalarNames = Object.keys(stepScalars(optimizer, 1, optimizer.params.learningRate));
  const decaying = weightDecayOf(optimizer) > 0;
  return (state, batch) => {
    const kept: Record<string, Tensor> = {};
    const forward = (...values: Tensor[]): Tensor => {
      const weights = {
        ...weightsOf(state),
        ...Object.fromEntries(trainable.map((name, i) => [name, values[i] as Tensor])),
      };
      const seed = need(batch, 'seed');
      const layers = tensorLayers({ engine, weights, training: true, batchNorm: parts.batchNorm, seed });
      const { logits, auxiliary } = network.forward(layers, tf, parts.inputs(batch));
      // The gradients' scope throws away what does not lead to the loss: running averages have to outlive it.
      for (const [name, average] of Object.entries(layers.updates())) kept[name] = tf.keep(tf.clone(average));
      const lossOf = (from: Tensor) =>
        maskedMean(tf, itemLosses(tf, loss, asItems(engine, from), need(batch, 'labels')), need(batch, 'weights'));
      const own = lossOf(logits);
      return auxiliary ? tf.add(own, tf.mul(lossOf(auxiliary.logits), auxiliary.weight)) : own;
    };
    const before = trainable.map((name) => need(state, weightName(name)));
    const { value, grads } = tf.valueAndGrads(forward as (...args: Tensor[]) => Scalar)(before);
    const next: Record<string, Tensor> = {};
    for (const [name, average] of Object.entries(kept)) {
      next[weightName(name)] = tf.clone(average);
      average.dispose();
    }
    // A weight that the loss does not reach has no gradient at all: it counts as zero.
    const gradients = before.map((weight, i) => grads[i] ?? tf.zerosLike(weight));
    const clip = clipping(tf, gradients, optimizer.params.clipNorm);
    const scalars = Object.fromEntries(scalarNames.map((name) => [name, need(batch, scalarName(name))]));
    trainable.forEach((name, i) => {
      const [weight, gradient] = [before[i] as Tensor, gradients[i] as Tensor];
      const slots = Object.fromEntries(
        optimizer.component.slots.map((slot) => [slot, need(state, slotName(slot, name))]),
      );
      // Each weight's intermediates are freed before the next one's: together they are many times the network.
      const after = tf.tidy(() => {
        const clipped = clip ? tf.mul(gradient, clip.scale) : gradient;
        // The engine's op writes the variable of the state: a weight that shrank before is none.
        const shrinks = decaying && decays(name, optimizer);
        if (!shrinks && fused && engine.ops.update(fused, { weight, gradient: clipped, slots, scalars }))
          return 'written';
        const from = shrinks ? tf.sub(weight, tf.mul(weight, scalars[DECAY] as Tensor)) : weight;
        return optimizer.component.update(tf, from, clipped, slots, scalars, optimizer.params) as TensorContainer;
      }) as 'written' | Updated;
      if (gradients.lastIndexOf(gradient) === i) gradient.dispose();
      if (after === 'written') return;
      next[weightName(name)] = after.weight;
      for (const [slot, tensor] of Object.entries(after.slots)) next[slotName(slot, name)] = tensor;
    });
    return { state: next, outputs: { loss: value, ...(clip ? { gradientNorm: clip.norm } : {}) } };
  };
}

/**
 * One step of validation: inference statistics, no dropout. State: `weights/<name>`. Batch: what the network takes,
 * `labels` `[items, 6]`. Outputs: `logits` `[items, 6]`, `losses` `[items]`.
 */
export function scoreStep({ engine, network, loss, inputs }: Omit<StepParts, 'optimizer' | 'batchNorm'>): Step {
  return (state, batch) => {
    const { logits } = infer(engine, network, weightsOf(state), inputs(batch));
    return { state: {}, outputs: { logits, losses: itemLosses(engine.tf, loss, logits, need(batch, 'labels')) } };
  };
}

/**
 * One step of prediction. State: `weights/<name>`. Batch: what the network takes. Outputs: `logits` `[items, 6]`, and of
 * a backbone the pooled vector `embedding` `[items, width]`.
 */
export function inferenceStep(engine: StepParts['engine'], network: Network, wanted: 'logits' | 'embedding'): Step {
  return (state, batch) => {
    const outputs = infer(engine, network, weightsOf(state), batch);
    return { state: {}, outputs: { [wanted]: need(outputs, wanted) } };
  };
}

function infer(engine: StepParts['engine'], network: Network, weights: Tensors, inputs: Tensors) {
  const layers = tensorLayers({ engine, weights, training: false, batchNorm: 'frozen', seed: null });
  const { logits, embedding } = network.forward(layers, engine.tf, inputs);
  return { logits: asItems(engine, logits), ...(embedding ? { embedding } : {}) };
}
