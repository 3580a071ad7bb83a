import { backboneSeed, type ComponentValue, type ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Engine, Tensors } from '../engine/engine.ts';
import { augmentations } from './augment.ts';
import { choose } from './components.ts';
import type { FitOptions } from './fit.ts';
import { learnedWindows } from './learned-windows.ts';
import { scheduleOf } from './learning-rate.ts';
import { withMixup } from './mixup.ts';
import { backboneNetwork, sequenceNetwork } from './network.ts';
import { assertTrains } from './train-problems.ts';
import { weightGroups } from './weight-groups.ts';

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
  const network = backboneNetwork(chosen.component, chosen.params, {
    ...image,
    windows: learnedWindows(recipe, registry),
  });
  const block = recipe.train.backbone;
  assertTrains(network.spec, chosen.params.train, block.epochs);
  const seed = backboneSeed(recipe);
  const augmented = augmentations(
    recipe.augment.map((one) => choose(registry, 'augmentation', one)),
    { seed, size: image.size },
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
  return { chosen, network, augment, parts };
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
