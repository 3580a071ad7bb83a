import { IchorError } from '../errors.ts';
import type { Kind } from '../registry/kinds.ts';
import { stampsOf } from '../registry/leak.ts';
import { componentKey } from '../registry/nondefault.ts';
import type { ComponentValue, ResolvedRecipe, TrainBlock } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import type { Json } from './key.ts';
import type { Artifact, Stage, StageName } from './stage.ts';
import { STAGES } from './stage.ts';
import { stages } from './stages/index.ts';

/** A node of the plan: one stage, once. Instances of a stage differ in what they read. */
export interface Instance {
  /** `index`, `predict:backbone`. */
  id: string;
  stage: Stage;
  /** What follows the colon; empty where a stage has one instance. */
  instance: string;
  /** Ids of the instances whose artifacts it reads. */
  reads: readonly string[];
  /** Its slice of the recipe, as it enters the key. */
  slice: Json;
  /** The seed it draws from; absent where it draws nothing. */
  seed?: number;
}

export interface Plan {
  /** In an order in which each comes after all that it reads. */
  instances: readonly Instance[];
  /** Artifacts that come from elsewhere, by instance id: a trained run's networks. */
  given: ReadonlyMap<string, Artifact>;
}

/**
 * The stages of a recipe. Plain data: nothing is opened and nothing runs.
 * `given` artifacts (a trained run's `backbone` and `sequence`) are read in the place of stages of these names;
 * then nothing is trained and there is no split: every slice is predicted.
 */
export function planRecipe(
  recipe: ResolvedRecipe,
  registry: Registry,
  given: ReadonlyMap<string, Artifact> = new Map(),
): Plan {
  const component = (kind: Kind, value: ComponentValue) => componentKey(registry, kind, value) as unknown as Json;
  const patient = recipe.evaluation.patient as unknown as Json;
  const training = (block: TrainBlock): Json => ({
    ...(block as unknown as Record<string, Json>),
    optimizer: component('optimizer', block.optimizer),
    loss: component('loss', block.loss),
    // Which epoch is best depends on the metric and on the rule that it calls by.
    ...(block.checkpoint === 'last' ? {} : { metric: bestMetric(recipe, registry, block.checkpoint.best), patient }),
  });
  const { data } = recipe;
  const source = component('source', data.source);
  const generates = registry.get('source', data.source.type)?.generate !== undefined;
  const instances: Instance[] = [];
  const add = (id: string, reads: readonly string[], slice: Json, seed?: number) => {
    const [name, instance = ''] = id.split(':') as [StageName, string?];
    const known = reads.filter((read) => given.has(read) || instances.some((other) => other.id === read));
    instances.push({ id, stage: stages[name], instance, reads: known, slice, ...(seed === undefined ? {} : { seed }) });
  };

  if (generates) add('source', [], { source }, data.seed);
  add('index', ['source'], { source, limit: data.limit }, data.seed);
  add('shards', ['index'], { source, channels: channelSlices(recipe, registry), image: data.image });
  const trained = given.size > 0;
  if (!trained) add('split', ['index', 'shards'], { split: component('split', data.split) }, data.seed);
  if (recipe.backbone !== 'none') {
    if (!trained) {
      const augment = recipe.augment.map((value) => component('augmentation', value));
      const slice = {
        backbone: component('backbone', recipe.backbone),
        augment,
        train: training(recipe.train.backbone),
      };
      add('backbone', ['index', 'shards', 'split'], slice, recipe.seed);
    }
    // One pass over the pictures serves the base model and the sequence: each slice goes through the backbone once.
    add('embed', ['index', 'shards', 'backbone'], {});
    if (recipe.sequence !== 'none' && !trained) {
      const slice = { sequence: component('sequence', recipe.sequence), train: training(recipe.train.sequence) };
      add('sequence', ['index', 'split', 'embed'], slice, recipe.seed);
    }
    add('predict:backbone', ['index', 'split', 'embed', 'backbone'], {});
    if (recipe.sequence !== 'none') add('predict:sequence', ['index', 'split', 'embed', 'sequence'], {});
    const metrics = recipe.evaluation.metrics.map((value) => component('metric', value));
    // Metrics say SMOKE or not: they are not shared between the two. Other stamps enter only where there are some.
    const stamps = stampsOf(recipe, registry);
    const evaluation = { metrics, patient, smoke: recipe.smoke, ...(stamps.length > 0 ? { stamps } : {}) };
    add('evaluate', ['index', 'shards', 'split', 'predict:backbone', 'predict:sequence'], evaluation);
  }
  // The page shows the whole recipe, so all of it is the page's slice.
  add('report', [...instances.map((instance) => instance.id), ...given.keys()], shownRecipe(recipe));
  return { instances, given };
}

/** A part of the plan: the instances that `until` names (a stage: all of its instances) and all that they read. */
export function planUntil(plan: Plan, until: string): Plan {
  const wanted = new Set(
    plan.instances.filter(({ id, stage }) => id === until || stage.name === until).map(({ id }) => id),
  );
  if (wanted.size === 0) {
    throw new IchorError(
      'unknown-stage',
      `This recipe has no stage \`${until}\`.`,
      `Its stages are ${plan.instances.map(({ id }) => id).join(', ')}.`,
      2,
    );
  }
  for (const { id, reads } of [...plan.instances].reverse()) {
    if (wanted.has(id)) for (const read of reads) wanted.add(read);
  }
  return { ...plan, instances: plan.instances.filter(({ id }) => wanted.has(id)) };
}

function bestMetric(recipe: ResolvedRecipe, registry: Registry, name: string): Json {
  const value = recipe.evaluation.metrics.find(({ type }) => type === name) ?? { type: name };
  return componentKey(registry, 'metric', value) as unknown as Json;
}

/** Of the windows only those that channels name, by what they are, in the channels' order. */
function channelSlices(recipe: ResolvedRecipe, registry: Registry): Json {
  return recipe.channels.map(({ window }) => {
    const value = recipe.windows[window];
    if (value === undefined) throw new TypeError(`channel ${window} names no window`);
    return componentKey(registry, 'window', value) as unknown as Json;
  });
}

function shownRecipe(recipe: ResolvedRecipe): Json {
  const { root: _, ...source } = recipe.data.source;
  return { ...recipe, data: { ...recipe.data, source } } as unknown as Json;
}

export { STAGES };
