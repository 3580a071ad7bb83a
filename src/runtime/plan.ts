import { IchorError } from '../errors.ts';
import { LANGUAGE, NOT_IN_KEYS } from '../registry/language.ts';
import { stampsOf } from '../registry/leak.ts';
import type { Path } from '../registry/path.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import type { Json } from './key.ts';
import { type SlicePiece, sliceOf } from './slice.ts';
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
  /** Which part of the recipe each part of the slice is: a changed slice names the recipe's line. */
  from: readonly SlicePiece[];
  /** `backbone small-cnn` to its version: every component of the slice, also those that stand there by default. */
  components: Readonly<Record<string, number>>;
  /** The seed it draws from, and where the recipe says it; absent where it draws nothing. */
  seed?: number;
  seedFrom?: Path;
}

export interface Plan {
  /** In an order in which each comes after all that it reads. */
  instances: readonly Instance[];
  /** Artifacts that come from elsewhere, by instance id: a trained run's networks. */
  given: ReadonlyMap<string, Artifact>;
  /** Name of the recipe's source component: what was made of another one is no earlier version of this. */
  source: string;
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
  const instances: Instance[] = [];
  const add = (id: string, reads: readonly string[], pieces: readonly SlicePiece[], seedFrom?: Path) => {
    const [name, instance = ''] = id.split(':') as [StageName, string?];
    const known = reads.filter((read) => given.has(read) || instances.some((other) => other.id === read));
    const part = sliceOf(recipe, registry, pieces);
    const seed = seedFrom === undefined ? {} : { seed: seedFrom === DATA_SEED ? recipe.data.seed : recipe.seed };
    const drawn = seedFrom === undefined ? {} : { ...seed, seedFrom };
    instances.push({ id, stage: stages[name], instance, reads: known, ...part, ...drawn });
  };
  const generates = registry.get('source', recipe.data.source.type)?.generate !== undefined;
  const trained = given.size > 0;

  if (generates) add('source', [], [SOURCE], DATA_SEED);
  add('index', ['source'], [SOURCE, piece('limit', 'data', 'limit')], DATA_SEED);
  add('shards', ['index'], [SOURCE, ...channelPieces(recipe), piece('image', 'data', 'image')]);
  if (!trained)
    add(
      'split',
      ['index', 'shards'],
      [piece('split', 'data', 'split'), piece('minBrainFraction', 'data', 'minBrainFraction')],
      DATA_SEED,
    );
  if (recipe.backbone !== 'none') {
    if (!trained) {
      const own = [piece('backbone', 'backbone'), piece('augment', 'augment'), ...trainPieces(recipe, 'backbone')];
      add('backbone', ['index', 'shards', 'split'], own, SEED);
    }
    // One pass over the pictures serves the base model and the sequence: each slice goes through the backbone once.
    add('embed', ['index', 'shards', 'backbone'], []);
    if (recipe.sequence !== 'none' && !trained) {
      const own = [piece('sequence', 'sequence'), ...trainPieces(recipe, 'sequence')];
      add('sequence', ['index', 'split', 'embed'], own, SEED);
    }
    add('predict:backbone', ['index', 'split', 'embed', 'backbone'], []);
    if (recipe.sequence !== 'none') add('predict:sequence', ['index', 'split', 'embed', 'sequence'], []);
    // Metrics say SMOKE or not: they are not shared between the two. Other stamps enter only where there are some.
    const own = [
      piece('metrics', 'evaluation', 'metrics'),
      piece('patient', ...PATIENT),
      piece('bootstrap', 'evaluation', 'bootstrap'),
      piece('smoke', 'smoke'),
    ];
    const stamps = stampsOf(recipe, registry);
    if (stamps.length > 0) own.push({ slice: ['stamps'], recipe: ['data', 'split'], value: stamps });
    add('evaluate', ['index', 'shards', 'split', 'predict:backbone', 'predict:sequence'], own);
  }
  add('report', [...instances.map((instance) => instance.id), ...given.keys()], shownPieces(recipe));
  return { instances, given, source: recipe.data.source.type };
}

const SEED: Path = ['seed'];
const DATA_SEED: Path = ['data', 'seed'];
const PATIENT: Path = ['evaluation', 'patient'];
const piece = (slice: string, ...recipe: Path): SlicePiece => ({ slice: [slice], recipe });
const SOURCE = piece('source', 'data', 'source');

/** Of the windows only those that channels name, by what they are, in the channels' order. */
function channelPieces(recipe: ResolvedRecipe): SlicePiece[] {
  return recipe.channels.map(({ window }, i) => {
    if (recipe.windows[window] === undefined) throw new TypeError(`channel ${window} names no window`);
    return { slice: ['channels', i], recipe: ['windows', window] };
  });
}

function trainPieces(recipe: ResolvedRecipe, network: 'backbone' | 'sequence'): SlicePiece[] {
  const { checkpoint } = recipe.train[network];
  const block: SlicePiece = { slice: ['train'], recipe: ['train', network] };
  if (checkpoint === 'last') return [block];
  // Which epoch is best depends on the metric and on the rule that it calls by.
  const at = recipe.evaluation.metrics.findIndex(({ type }) => type === checkpoint.best);
  const slice: Path = ['train', 'metric'];
  const metric: SlicePiece =
    at >= 0
      ? { slice, recipe: ['evaluation', 'metrics', at] }
      : { slice, recipe: ['train', network, 'checkpoint'], component: { kind: 'metric', type: checkpoint.best } };
  return [block, metric, { slice: ['train', 'patient'], recipe: PATIENT }];
}

/** The page shows the whole recipe, so all of it is the page's slice; pictures change the page and no result. */
function shownPieces({ data }: ResolvedRecipe): SlicePiece[] {
  const hidden: readonly string[] = NOT_IN_KEYS;
  const fields = Object.keys(LANGUAGE.fields).filter((field) => !hidden.includes(field));
  const shown = fields.map((field) => piece(field, field));
  if (data.source.pictures !== true) return shown;
  return [...shown, { slice: ['pictures'], recipe: ['data', 'source', 'pictures'], value: true }];
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

export { STAGES };
