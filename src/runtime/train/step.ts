import type { Tensor, TensorContainer } from '@tensorflow/tfjs';
import type { Step, Tensors } from '../engine/engine.ts';
import { gatheredGradients } from './accumulate.ts';
import { clipping } from './clip.ts';
import type { Chosen } from './components.ts';
import { asItems, gradientsOf, type LossParts } from './gradients.ts';
import { tensorLayers } from './layers/tensors.ts';
import { itemLosses } from './loss.ts';
import { need, scalarName, slotName, WEIGHTS, weightName, weightsOf } from './names.ts';
import type { Network } from './network.ts';
import { DECAY, decays, stepScalars, weightDecayOf } from './weight-decay.ts';
import { allAlike, namesOf, type WeightGroup } from './weight-groups.ts';

export interface StepParts extends LossParts {
  optimizer: Chosen<'optimizer'>;
  /** What it trains; absent: all weights, alike. */
  groups?: readonly WeightGroup[];
}

/** What an update gives where no op of the engine writes it. */
type Updated = ReturnType<Chosen<'optimizer'>['component']['update']>;

/**
 * One training step. State: `weights/<name>`, `slots/<slot>/<name>`. Batch: what `inputs` takes, `labels` `[items, 6]`,
 * `weights` `[items]` (1 counts, 0 does not), `seed` int32 `[2]`, `optimizer/<scalar>` `[]`. Outputs: `loss` `[]`, and where
 * gradients are clipped `gradientNorm` `[]`, their global norm before that. Each group of weights has scalars of its own.
 * @param gathers the update is of this batch and of those that `gatherStep` has seen before; then state and batch hold what
 *   `accumulate.ts` says.
 */
export function trainStep(parts: StepParts, { gathers = false }: { gathers?: boolean } = {}): Step {
  const { engine, network, optimizer } = parts;
  const { tf } = engine;
  const groups = parts.groups ?? allAlike(network.spec);
  const trained = namesOf(network.spec, groups);
  const groupOf = new Map(groups.flatMap(({ names }, group) => names.map((name) => [name, group] as const)));
  const fused = optimizer.component.fused?.(optimizer.params) ?? null;
  const scalarNames = Object.keys(stepScalars(optimizer, 1, optimizer.params.learningRate));
  const decaying = weightDecayOf(optimizer) > 0;
  return (state, batch) => {
    const { loss, gradients, averages, emptied } = gathers
      ? gatheredGradients(parts, trained, state, batch)
      : { ...gradientsOf(parts, trained, 'mean', state, batch), emptied: {} };
    const next: Record<string, Tensor> = { ...averages, ...emptied };
    const clip = clipping(tf, gradients, optimizer.params.clipNorm);
    const scalarsOf = groups.map((_, group) =>
      Object.fromEntries(scalarNames.map((name) => [name, need(batch, scalarName(name, group))])),
    );
    trained.forEach((name, i) => {
      const scalars = scalarsOf[groupOf.get(name) as number] as Tensors;
      const [weight, gradient] = [need(state, weightName(name)), gradients[i] as Tensor];
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
    return { state: next, outputs: { loss, ...(clip ? { gradientNorm: clip.norm } : {}) } };
  };
}

/**
 * One step of validation: inference statistics, no dropout. State: `weights/<name>`. Batch: what the network takes,
 * `labels` `[items, 6]`. Outputs: `logits` `[items, 6]`, `losses` `[items]`.
 * @param by whether the weights themselves are looked at, or their averages: then state has `averages/<name>`.
 */
export function scoreStep(
  { engine, network, loss, inputs }: Omit<LossParts, 'batchNorm'>,
  by: Parameters<typeof weightsOf>[1] = WEIGHTS,
): Step {
  return (state, batch) => {
    const { logits } = infer(engine, network, weightsOf(state, by), inputs(batch));
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
