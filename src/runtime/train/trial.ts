import { LABELS } from '../../labels.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Engine, EngineState, HostTensor, HostTensors, Step } from '../engine/engine.ts';
import { channelWindows } from './channel-windows.ts';
import { choose } from './components.ts';
import { backboneOf, furtherBackbones, parseInstance } from './crossfit.ts';
import type { FitOptions } from './fit.ts';
import { heatMapStep, mapShape } from './heat-map.ts';
import { initialise } from './layers/initialise.ts';
import { trainableOf } from './layers/spec.ts';
import { asState, emptySlots, scalarInputs } from './names.ts';
import { inputWidth, type Network } from './network.ts';
import { backboneParts, jointParts, sequenceParts } from './recipe-parts.ts';
import { inferenceStep, scoreStep, trainStep } from './step.ts';
import { stepScalars } from './weight-decay.ts';

/** Steps of one stage with a batch of the form that they will be given: for an engine to say whether it can compile them. */
export interface Trial {
  state: HostTensors;
  use: 'training' | 'inference';
  steps: readonly { step: Step; batch: HostTensors }[];
}

/** The steps that an instance of a stage would run. Null: none that a component has a part in. */
export function trialOf(
  id: string,
  engine: Engine,
  { recipe, registry }: { recipe: ResolvedRecipe; registry: Registry },
): Trial | null {
  const [stage, instance = ''] = id.split(':');
  if (stage === 'backbone' || stage === 'embed' || stage === 'heat-maps') {
    const image = { size: recipe.data.image.size, channels: recipe.channels.length };
    const value = backboneOf(recipe, parseInstance(instance));
    const { network, augment, parts } = backboneParts(engine, { recipe, registry, value }, image);
    const items = stage === 'backbone' ? parts.block.batch : 8;
    const images: HostTensor = {
      shape: [items, image.size, image.size, image.channels],
      dtype: 'int32',
      data: new Uint8Array(items * image.size ** 2 * image.channels),
    };
    if (stage === 'embed') return inferenceOf(network, inferenceStep(engine, network, 'embedding'), { images });
    if (stage === 'heat-maps') {
      const { component, params } = choose(registry, 'backbone', value);
      const shape = mapShape(component, params, { ...image, windows: channelWindows(recipe, registry) });
      return inferenceOf(network, heatMapStep(engine, network, shape), { images });
    }
    const names = Array.from({ length: items }, (_, item) => String(item));
    return trainingOf(parts, { images, ...augment.draw(names, 0) }, { images }, items);
  }
  if (stage === 'end-to-end') return jointTrial(engine, { recipe, registry });
  if (recipe.sequence === 'none' || id === 'predict:backbone') return null;
  const width = sequenceWidth(engine, recipe, registry);
  const { network, parts } = sequenceParts({ recipe, registry, value: recipe.sequence }, width);
  if (network.spec.weights.length === 0) return null;
  const { batch } = recipe.train.sequence;
  // Any length would do: a network is the same for all of them.
  const length = 3;
  const groups = stage === 'predict' ? 1 : batch;
  const inputs: HostTensors = {
    embeddings: floats([groups, length, width]),
    mask: floats([groups, length]),
  };
  return stage === 'predict'
    ? inferenceOf(network, inferenceStep(engine, network, 'logits'), inputs)
    : trainingOf(parts(engine), inputs, inputs, groups * length);
}

function jointTrial(engine: Engine, of: { recipe: ResolvedRecipe; registry: Registry }): Trial {
  const { size } = of.recipe.data.image;
  const channels = of.recipe.channels.length;
  const { augment, head, network, parts, block } = jointParts(engine, of, { size, channels });
  const items = block.batch * block.slices;
  const features = inputWidth(head.component, head.params, network.spec.width) - network.spec.width;
  const plain: HostTensors = {
    images: {
      shape: [items, size, size, channels],
      dtype: 'int32',
      data: new Uint8Array(items * size ** 2 * channels),
    },
    mask: floats([block.batch, block.slices]),
    ...(features === 0 ? {} : { features: floats([block.batch, block.slices, features]) }),
  };
  const names = Array.from({ length: items }, (_, item) => String(item));
  return trainingOf(parts, { ...plain, ...augment.draw(names, 0) }, plain, items);
}

function sequenceWidth(engine: Engine, recipe: ResolvedRecipe, registry: Registry): number {
  const { component, params } = choose(
    registry,
    'sequence',
    recipe.sequence as Exclude<ResolvedRecipe['sequence'], 'none'>,
  );
  const image = { size: recipe.data.image.size, channels: recipe.channels.length };
  const backbones = recipe.backbone === 'none' ? [] : [recipe.backbone, ...furtherBackbones(recipe)];
  const embedding = backbones
    .map((value) => backboneParts(engine, { recipe, registry, value }, image).network.spec.width)
    .reduce((sum, width) => sum + width, 0);
  return inputWidth(component, params, embedding);
}

function inferenceOf(network: Network, step: Step, batch: HostTensors): Trial {
  return { state: asState(initialise(network.spec, 0)), use: 'inference', steps: [{ step, batch }] };
}

function trainingOf(
  parts: Pick<
    FitOptions,
    'engine' | 'network' | 'batchNorm' | 'loss' | 'optimizer' | 'inputs' | 'labels' | 'plainInputs'
  >,
  inputs: HostTensors,
  plain: HostTensors,
  items: number,
): Trial {
  const { network, optimizer } = parts;
  const weights = initialise(network.spec, 0);
  const trainable = trainableOf(network.spec);
  const labels = floats([items, LABELS.length]);
  const scalars = scalarInputs(stepScalars(optimizer, 1, optimizer.params.learningRate));
  const seed: HostTensor = { shape: [2], dtype: 'int32', data: Int32Array.of(1, 2) };
  const batch = { ...inputs, labels, weights: floats([items]), seed, ...scalars };
  return {
    state: { ...asState(weights), ...emptySlots(optimizer.component.slots, weights, trainable) },
    use: 'training',
    steps: [
      { step: trainStep(parts), batch },
      { step: scoreStep({ ...parts, inputs: parts.plainInputs }), batch: { ...plain, labels } },
    ],
  };
}

const floats = (shape: readonly number[]): HostTensor => ({
  shape,
  dtype: 'float32',
  data: new Float32Array(shape.reduce((product, side) => product * side, 1)),
});

/** Why these steps cannot be compiled, as a sentence; null where they can. */
export function whyEager(engine: Engine, { state: initial, use, steps }: Trial): string | null {
  const state: EngineState = engine.state(initial, use);
  try {
    for (const { step, batch } of steps) {
      const why = engine.compile(step, state).trial(batch);
      if (why !== null) return why;
    }
    return null;
  } finally {
    state.dispose();
  }
}
