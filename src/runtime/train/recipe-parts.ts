import { backboneSeed, type ComponentValue, type ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Engine, Tensors } from '../engine/engine.ts';
import { augmentations } from './augment.ts';
import { augmentedChannels, channelWindows } from './channel-windows.ts';
import { choose } from './components.ts';
import type { FitOptions } from './fit.ts';
import { jointGroups, jointNetwork, jointNorms } from './joint-network.ts';
import { scheduleOf } from './learning-rate.ts';
import { withMixup } from './mixup.ts';
import { backboneNetwork, inputWidth, sequenceNetwork } from './network.ts';
import { assertTrains } from './train-problems.ts';
import { allAlike, weightGroups } from './weight-groups.ts';

/** What `fitNetwork` takes of a recipe: all but the data. */
type Parts = Pick<
  FitOptions,
  | 'stage'
  | 'unit'
  | 'engine'
  | 'network'
  | 'batchNorm'
  | 'groups'
  | 'loss'
  | 'optimizer'
  | 'schedule'
  | 'inputs'
  | 'labels'
  | 'plainInputs'
  | 'seed'
  | 'block'
>;

/**
 * A backbone as the recipe trains it.
 * @throws as `assertTrains`, and as `backboneNetwork`.
 * @param value the backbone's block: the recipe's own, or one of its further ones.
 * @param image edge in pixels and number of channels of what the shards hold.
 */
export function backboneParts(
  engine: Engine,
  { recipe, registry, value }: { recipe: ResolvedRecipe; registry: Registry; value: ComponentValue },
  image: { size: number; channels: number },
) {
  const chosen = choose(registry, 'backbone', value);
  const windows = channelWindows(recipe, registry);
  const network = backboneNetwork(chosen.component, chosen.params, { ...image, windows });
  const block = recipe.train.backbone;
  assertTrains(network.spec, chosen.params.train, block.epochs);
  const seed = backboneSeed(recipe);
  const augmented = augmentations(
    recipe.augment.map((one) => choose(registry, 'augmentation', one)),
    { seed, size: image.size, channels: augmentedChannels(windows) },
  );
  const mixed = block.mixup === 'none' ? null : withMixup(augmented, { alpha: block.mixup.alpha, seed });
  const augment = mixed ?? augmented;
  const plain = (batch: Tensors) => ({ images: engine.tf.cast(batch.images!, 'float32') });
  const parts: Parts = {
    stage: 'backbone',
    unit: 'slices',
    engine,
    network,
    batchNorm: chosen.params.batchNorm,
    groups: weightGroups(network.spec, chosen.params.train),
    loss: choose(registry, 'loss', block.loss),
    optimizer: choose(registry, 'optimizer', block.optimizer),
    schedule: scheduleOf(registry, block.optimizer),
    inputs: (batch) => ({ images: augment.apply(engine, plain(batch).images, batch) }),
    ...(mixed === null ? {} : { labels: (batch: Tensors) => mixed.labels(engine.tf, batch) }),
    plainInputs: plain,
    seed,
    block,
  };
  return { chosen, network, augment, augmented, plain, parts };
}

const UNITS = { series: 'series', patient: 'patients', slice: 'slices' } as const;

/** The sequence model as the recipe trains it; `width` of what it reads of each slice, features included. */
export function sequenceParts(
  { recipe, registry, value }: { recipe: ResolvedRecipe; registry: Registry; value: ComponentValue },
  width: number,
) {
  const chosen = choose(registry, 'sequence', value);
  const network = sequenceNetwork(chosen.component, chosen.params, { embedding: width });
  const inputs = ({ embeddings, mask }: Tensors) => ({ embeddings: embeddings!, mask: mask! });
  const block = recipe.train.sequence;
  const unit = UNITS[chosen.params.group];
  const parts = (engine: Engine): Parts => ({
    stage: 'sequence',
    unit,
    engine,
    network,
    batchNorm: 'trained',
    loss: choose(registry, 'loss', block.loss),
    optimizer: choose(registry, 'optimizer', block.optimizer),
    schedule: scheduleOf(registry, block.optimizer),
    inputs,
    plainInputs: inputs,
    seed: recipe.seed,
    block,
  });
  return { network, unit, parts };
}

/**
 * Both networks as one, as the recipe trains them end to end.
 * @throws as `backboneParts`.
 * @param image edge in pixels and number of channels of what the shards hold.
 */
export function jointParts(
  engine: Engine,
  { recipe, registry }: { recipe: ResolvedRecipe; registry: Registry },
  image: { size: number; channels: number },
) {
  const block = recipe.train.endToEnd;
  if (block === undefined || recipe.backbone === 'none' || recipe.sequence === 'none')
    throw new TypeError('this recipe trains nothing end-to-end');
  // mixup is of train.backbone: slices of two runs mixed would be neighbours of neither.
  const { chosen, network, augmented, plain } = backboneParts(
    engine,
    { recipe, registry, value: recipe.backbone },
    image,
  );
  const head = choose(registry, 'sequence', recipe.sequence);
  const embedding = inputWidth(head.component, head.params, network.spec.width);
  const sequence = sequenceNetwork(head.component, head.params, { steps: block.slices, embedding });
  const joint = jointNetwork(network, sequence, block);
  // Nothing would move it but a decay of weights.
  const unread = (name: string) => block.sliceLoss === 0 && name.startsWith('predictions/');
  const groups = weightGroups(network.spec, chosen.params.train)
    // What a training before this one has unfrozen trains from the beginning.
    .map(({ after, ...group }) => ({ ...group, after: block.from === 'two-stage' ? 0 : after }))
    .map((group) => ({ ...group, names: group.names.filter((name) => !unread(name)) }))
    .filter(({ names }) => names.length > 0);
  const rest = ({ features, mask, places }: Tensors) => ({
    mask: mask!,
    ...(features && { features }),
    ...(places && { places }),
  });
  const parts: Parts & Required<Pick<Parts, 'groups'>> = {
    stage: 'end-to-end',
    unit: 'series',
    engine,
    network: joint,
    batchNorm: jointNorms(block.batchNorm),
    groups: jointGroups(groups, allAlike(sequence.spec)),
    loss: choose(registry, 'loss', block.loss),
    optimizer: choose(registry, 'optimizer', block.optimizer),
    schedule: scheduleOf(registry, block.optimizer),
    inputs: (batch) => ({ images: augmented.apply(engine, plain(batch).images, batch), ...rest(batch) }),
    plainInputs: (batch) => ({ ...plain(batch), ...rest(batch) }),
    seed: recipe.seed,
    block,
  };
  return { chosen, network, augment: augmented, head, sequence, joint, parts, block };
}
