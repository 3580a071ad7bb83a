import { IchorError } from '../../errors.ts';
import { nearest } from '../../registry/diagnostics/nearest.ts';
import { LANGUAGE, NOT_IN_KEYS } from '../../registry/language/language.ts';
import { stampsOf } from '../../registry/leak.ts';
import {
  backboneSeed,
  bestMetric,
  type EndToEndTrainBlock,
  type RecipeLabels,
  type ResolvedRecipe,
  type TrainedStage,
  trainBlock,
  trainKey,
} from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Path } from '../../registry/values/path.ts';
import { MODELS } from '../artifacts/metrics.ts';
import type { Stage } from '../stage.ts';
import { STAGES } from '../stage-names.ts';
import { stages } from '../stages/index.ts';
import type { Artifact } from '../store/artifact.ts';
import type { Json } from '../store/key.ts';
import { channelWindows } from '../train/channel-windows.ts';
import { choose } from '../train/components.ts';
import {
  backboneOf,
  embeddingIds,
  foldsOf,
  foldsSeePatients,
  instanceId,
  instanceName,
  isBeforeEndToEnd,
  parseInstance,
  TWO_STAGE,
} from '../train/crossfit.ts';
import { mapShape } from '../train/heat-map.ts';
import { assumedIdentity } from '../weights/assumed.ts';
import { type SlicePiece, sliceOf } from './recipe-slice.ts';

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
  /** Of a backbone that starts from weights: what the recipe alone says of which they are. */
  weights?: string;
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
 * then nothing is trained and there is no split: every slice is predicted. `evaluation`: labels to judge these predictions by,
 * with the hash of their table; nothing before the stage evaluate knows of them.
 */
export function planRecipe(
  recipe: ResolvedRecipe,
  registry: Registry,
  given: ReadonlyMap<string, Artifact> = new Map(),
  evaluation: { labels: RecipeLabels; hash: string } | null = null,
): Plan {
  const instances: Instance[] = [];
  const add = (
    id: string,
    reads: readonly string[],
    pieces: readonly SlicePiece[],
    seedFrom?: Path,
    of: ResolvedRecipe = recipe,
  ): void => {
    const [name, instance = ''] = id.split(':') as [keyof typeof stages, string?];
    const known = reads.filter((read) => given.has(read) || instances.some((other) => other.id === read));
    const part = sliceOf(of, registry, pieces);
    const seed = seedFrom === undefined ? {} : { seed: seedAt(seedFrom, recipe) };
    const drawn = seedFrom === undefined ? {} : { ...seed, seedFrom };
    const weights = loads(name, known)
      ? assumedIdentity(backboneOf(recipe, parseInstance(instance)), registry)
      : undefined;
    const pretrained = weights === undefined ? {} : { weights };
    instances.push({ id, stage: stages[name], instance, reads: known, ...part, ...pretrained, ...drawn });
  };
  const gives = registry.get('source', recipe.data.source.type)?.contract(recipe.data.source).gives;
  const generates = registry.get('source', recipe.data.source.type)?.generate !== undefined;
  const trained = given.size > 0;

  if (generates) add('source', [], [SOURCE], DATA_SEED);
  add(
    'index',
    ['source'],
    [
      SOURCE,
      piece('limit', 'data', 'limit'),
      piece('tolerate', 'data', 'labels', 'tolerate'),
      ...LABEL_CELLS.map((cell) => piece(`labels-${cell}`, 'data', 'labels', cell)),
      // A slice that lacks one of them is left out.
      ...(gives === 'pictures' ? [picturesPiece(recipe)] : []),
      piece('series', 'data', 'series'),
      piece('resample', 'data', 'resample'),
    ],
    DATA_SEED,
  );
  add('shards', ['index'], [SOURCE, ...channelPieces(recipe, gives === 'pictures'), piece('image', 'data', 'image')]);
  if (!trained)
    add(
      'split',
      ['index', 'shards'],
      [
        piece('split', 'data', 'split'),
        piece('test', 'data', 'test'),
        piece('minBrainFraction', 'data', 'minBrainFraction'),
      ],
      DATA_SEED,
    );
  const model = sequenceOf(recipe, registry);
  if (model && model.split !== 'same' && !trained)
    add('split:sequence', ['index', 'shards', 'split'], [piece('split', 'sequence', 'split')], DATA_SEED);
  const train = (id: string, split: string, pieces: readonly SlicePiece[]) => {
    if (trained) return;
    add(
      id,
      ['index', 'shards', split],
      [...pieces, piece('augment', 'augment'), ...trainPieces(recipe, 'backbone'), SMOKE],
      recipe.train.backbone.seed === undefined ? SEED : BACKBONE_SEED,
      unseeded(recipe),
    );
  };
  // Both directions are read in prediction alone: nothing is trained again for it.
  const oneWay = model === null ? recipe : { ...recipe, sequence: { ...model.value, reversed: false } };
  const trainSequence = (id: string, split: string, reads: readonly string[], trains: boolean) => {
    const own = [piece('sequence', 'sequence'), ...(trains ? trainPieces(recipe, 'sequence') : []), SMOKE];
    add(id, ['index', split, ...reads], own, SEED, oneWay);
  };
  const { endToEnd } = recipe.train;
  if (endToEnd !== undefined && !trained) addEndToEnd(recipe, endToEnd, { add, train, trainSequence, oneWay });
  if (recipe.backbone !== 'none') {
    if (endToEnd === undefined) train('backbone', 'split', [piece('backbone', 'backbone')]);
    // One pass over the pictures serves the base model and the sequence: each slice goes through the backbone once.
    add('embed', ['index', 'shards', 'backbone'], []);
    if (model?.needs === 'embeddings') addEmbeddings(recipe, { add, train, trained });
  }
  if (recipe.backbone !== 'none' && model?.needs === 'logits')
    add('predict:backbone', ['index', 'split', 'embed', 'backbone'], []);
  // Where it has a split of its own, that one holds for it alone.
  const split = model && model.split !== 'same' ? 'split:sequence' : 'split';
  if (model && !trained && endToEnd === undefined) trainSequence('sequence', split, model.reads, model.trains);
  // What trains the two as one may leave out what the backbone says by itself.
  if (recipe.backbone !== 'none' && model?.needs !== 'logits' && endToEnd?.sliceLoss !== 0)
    add('predict:backbone', ['index', 'split', 'embed', 'backbone'], []);
  if (model) {
    const reversed: SlicePiece = { slice: ['reversed'], recipe: ['sequence', 'reversed'], value: true };
    const own = model.value.reversed === true ? [reversed] : [];
    // The base network is what it is compared with, where both were validated on the same slices.
    const base = model.split === 'same' ? ['backbone'] : [];
    const reads = ['index', split, ...model.reads, ...base, 'sequence'];
    add('predict:sequence', reads, own, model.draws ? SEED : undefined);
  }
  if (recipe.calibration !== 'none') addCalibration(instances, { add, trained });
  if (instances.some(({ stage }) => stage.name === 'predict')) {
    if (evaluation !== null) {
      const { file: _, ...form } = evaluation.labels;
      const value = { ...form, columns: form.columns && { ...form.columns }, table: evaluation.hash } as Json;
      add('labels', ['index'], [SOURCE, { slice: ['labels'], recipe: ['data', 'labels'], value }]);
    }
    // Slices without a training side are measured against what those who predict learned labels are like.
    const networks = evaluation === null ? [] : MODELS;
    const reads = [
      'index',
      'labels',
      'shards',
      'split',
      'predict:backbone',
      'predict:sequence',
      ...CALIBRATED,
      ...networks,
    ];
    add('evaluate', reads, evaluatePieces(recipe, registry));
    // Which series the page shows follows from what is predicted and judged.
    if (recipe.evaluation.heatMaps && recipe.backbone !== 'none') {
      // Told now, and not when all is trained.
      assertHasMap(recipe, registry);
      add('heat-maps', [...reads, 'backbone', 'evaluate'].filter(unique), []);
    }
  }
  add('report', [...instances.map((instance) => instance.id), ...given.keys()], shownPieces(recipe));
  return { instances, given, source: recipe.data.source.type };
}

/** Slice of the stage evaluate. Metrics say SMOKE or not: they are not shared between the two. Other stamps enter only where there are some. */
export function evaluatePieces(recipe: ResolvedRecipe, registry: Registry): SlicePiece[] {
  const stamps = stampsOf(recipe, registry);
  const leaks: Path =
    stampsOf({ ...recipe, sequence: 'none' }, registry).length > 0 ? ['data', 'split'] : ['sequence', 'split'];
  return [
    piece('metrics', 'evaluation', 'metrics'),
    piece('patient', ...PATIENT),
    piece('bootstrap', 'evaluation', 'bootstrap'),
    SMOKE,
    ...(stamps.length > 0 ? [{ slice: ['stamps'], recipe: leaks, value: stamps }] : []),
  ];
}

/** Whether an instance may start from weights of a file: a backbone that trains, and both networks as one where nothing trained before. */
function loads(stage: string, reads: readonly string[]): boolean {
  if (stage === 'backbone') return !reads.includes('end-to-end');
  return stage === 'end-to-end' && !reads.some(isBeforeEndToEnd);
}

/** Both networks as one, what leads to it, and what comes of it: backbone and sequence, as every other stage knows them. */
function addEndToEnd(
  recipe: ResolvedRecipe,
  { from }: EndToEndTrainBlock,
  {
    add,
    train,
    trainSequence,
    oneWay,
  }: {
    add: (
      id: string,
      reads: readonly string[],
      pieces: readonly SlicePiece[],
      seedFrom?: Path,
      of?: ResolvedRecipe,
    ) => void;
    train: (id: string, split: string, pieces: readonly SlicePiece[]) => void;
    trainSequence: (id: string, split: string, reads: readonly string[], trains: boolean) => void;
    oneWay: ResolvedRecipe;
  },
): void {
  const of = (stage: string) => `${stage}:${TWO_STAGE}`;
  const networks = [piece('backbone', 'backbone'), piece('sequence', 'sequence')];
  if (from === 'two-stage') {
    // Under the keys that the recipe without this block has: what it trained is recalled.
    train(of('backbone'), 'split', [piece('backbone', 'backbone')]);
    add(of('embed'), ['index', 'shards', of('backbone')], []);
    trainSequence(of('sequence'), 'split', [of('embed')], true);
  }
  add(
    'end-to-end',
    ['index', 'shards', 'split', of('backbone'), of('sequence')],
    [...networks, piece('augment', 'augment'), ...trainPieces(recipe, 'end-to-end'), SMOKE],
    SEED,
    oneWay,
  );
  // Whoever asks whom a network was trained on finds it where every network's artifact says it.
  add('backbone', ['index', 'shards', 'split', 'end-to-end'], [piece('backbone', 'backbone')]);
  add('sequence', ['index', 'split', 'end-to-end'], [piece('sequence', 'sequence')], undefined, oneWay);
}

/**
 * Of each model that predicts: what is fitted on the validation side (of a trained run it is given, as networks are), and its predictions
 * by that.
 */
function addCalibration(
  instances: readonly Instance[],
  {
    add,
    trained,
  }: {
    add: (id: string, reads: readonly string[], pieces: readonly SlicePiece[], seedFrom?: Path) => void;
    trained: boolean;
  },
): void {
  for (const model of MODELS) {
    if (!instances.some(({ id }) => id === `predict:${model}`)) continue;
    const reads = ['index', `predict:${model}`];
    // The data's seed: runs that differ in their network's alone deal the same folds.
    if (!trained) add(`calibration:${model}`, reads, [CALIBRATION, SMOKE], DATA_SEED);
    add(`calibrate:${model}`, [...reads, `calibration:${model}`], [CALIBRATION], trained ? undefined : DATA_SEED);
  }
}

const CALIBRATED = MODELS.flatMap((model) => [`calibration:${model}`, `calibrate:${model}`]);

/** @throws IchorError `no-heat-map` (exit 2) */
function assertHasMap(recipe: ResolvedRecipe, registry: Registry): void {
  const { component, params } = choose(registry, 'backbone', backboneOf(recipe, { place: 0, fold: null }));
  const image = { size: recipe.data.image.size, channels: recipe.channels.length };
  mapShape(component, params, { ...image, windows: channelWindows(recipe, registry) });
}

/** What the plan has to know of the sequence model; null where there is none. */
function sequenceOf(recipe: ResolvedRecipe, registry: Registry) {
  if (recipe.sequence === 'none') return null;
  const { component, params } = choose(registry, 'sequence', recipe.sequence);
  const { needs, trains = true } = component.contract(params);
  const reads = { embeddings: embeddingIds(recipe), logits: ['predict:backbone'], position: [] }[needs];
  // What is drawn in prediction is drawn from the recipe's seed, whatever the weights.
  const draws = params.order === 'shuffled' || params.pad === 'random-front';
  return { value: recipe.sequence, split: params.split, needs, trains, reads, draws };
}

/** Further backbones and those of folds, with what they make of the slices. */
function addEmbeddings(
  recipe: ResolvedRecipe,
  {
    add,
    train,
    trained,
  }: {
    add: (id: string, reads: readonly string[], pieces: readonly SlicePiece[], seedFrom?: Path) => void;
    train: (id: string, split: string, pieces: readonly SlicePiece[]) => void;
    trained: boolean;
  },
): void {
  const folds = foldsOf(recipe);
  const place = (of: number): Path => (of === 0 ? ['backbone'] : ['sequence', 'backbones', of - 1]);
  const folded: Path = ['train', 'sequence', 'embeddings'];
  const seen: SlicePiece[] =
    foldsSeePatients(recipe) && !trained ? [{ slice: ['in-sample'], recipe: folded, value: true }] : [];
  if (folds !== null && !trained)
    add('split:folds', ['index', 'shards', 'split'], [{ slice: ['folds'], recipe: folded, value: folds }], DATA_SEED);
  for (const [of, joined] of embeddingIds(recipe).entries()) {
    const network: SlicePiece = { slice: ['backbone'], recipe: place(of) };
    const each = Array.from({ length: folds ?? 0 }, (_, fold) => instanceName({ place: of, fold: fold + 1 }));
    for (const [fold, name] of each.entries()) {
      const backbone = instanceId('backbone', name);
      train(backbone, 'split:folds', [network, { slice: ['fold'], recipe: folded, value: fold + 1 }]);
      add(instanceId('embed', name), ['index', 'shards', 'split:folds', backbone], seen);
    }
    if (folds !== null) add(joined, ['index', 'split:folds', ...each.map((name) => instanceId('embed', name))], []);
    else if (of > 0) {
      const backbone = instanceId('backbone', instanceName({ place: of, fold: null }));
      train(backbone, 'split', [network]);
      add(joined, ['index', 'shards', backbone], []);
    }
  }
}

const unique = (id: string, at: number, all: readonly string[]): boolean => all.indexOf(id) === at;
const SEED: Path = ['seed'];
const DATA_SEED: Path = ['data', 'seed'];
const BACKBONE_SEED: Path = ['train', 'backbone', 'seed'];
const PATIENT: Path = ['evaluation', 'patient'];

const seedAt = (path: Path, recipe: ResolvedRecipe): number =>
  path === DATA_SEED ? recipe.data.seed : path === BACKBONE_SEED ? backboneSeed(recipe) : recipe.seed;

/** A seed of the backbone's own enters its key as the seed that it draws from, so that it is the training of a recipe with this seed. */
function unseeded(recipe: ResolvedRecipe): ResolvedRecipe {
  const { seed: _, ...backbone } = recipe.train.backbone;
  return { ...recipe, train: { ...recipe.train, backbone } };
}

const piece = (slice: string, ...recipe: Path): SlicePiece => ({ slice: [slice], recipe });
/** Networks keep what they were trained on, so that what they predict says SMOKE too. */
const SMOKE = piece('smoke', 'smoke');
const SOURCE = piece('source', 'data', 'source');
const CALIBRATION = piece('calibration', 'calibration');

/** How a table of labels names slices and labels (`data.labels`). */
const LABEL_CELLS = ['slice', 'path', 'patient', 'number', 'columns', 'label', 'value'] as const;

/** Of a source that gives pictures: those that channels name, in whatever order. */
const picturesPiece = ({ channels }: ResolvedRecipe): SlicePiece => ({
  slice: ['pictures'],
  recipe: ['channels'],
  value: [...new Set(channels.map(({ window }) => window))].sort(),
});

/** Of the windows only those that channels name, by what they are, in the channels' order. */
function channelPieces(recipe: ResolvedRecipe, pictures: boolean): SlicePiece[] {
  return recipe.channels.map(({ window }, i) => {
    if (pictures) return { slice: ['channels', i], recipe: ['channels', i, 'window'], value: window };
    if (recipe.windows[window] === undefined) throw new TypeError(`channel ${window} names no window`);
    return { slice: ['channels', i], recipe: ['windows', window] };
  });
}

function trainPieces(recipe: ResolvedRecipe, stage: TrainedStage): SlicePiece[] {
  const { checkpoint, earlyStopping } = trainBlock(recipe, stage);
  const place: Path = ['train', trainKey(stage)];
  const block: SlicePiece = { slice: ['train'], recipe: place };
  const best = bestMetric(checkpoint);
  const stops = earlyStopping === null || earlyStopping.metric === 'loss' ? null : earlyStopping.metric;
  if (best === null && stops === null) return [block];
  const metrics = [
    ...(best === null ? [] : [metricPiece(recipe, best, 'metric', [...place, 'checkpoint'])]),
    ...(stops === null || stops === best ? [] : [metricPiece(recipe, stops, 'stopping', [...place, 'earlyStopping'])]),
  ];
  return [block, ...metrics, { slice: ['train', 'patient'], recipe: PATIENT }];
}

/** A metric that a training asks, as its key has it under `slot`. */
function metricPiece(recipe: ResolvedRecipe, name: string, slot: string, place: Path): SlicePiece {
  // What it says depends on the metric and on the rule that it calls by.
  const at = recipe.evaluation.metrics.findIndex(({ type }) => type === name);
  const slice: Path = ['train', slot];
  return at >= 0
    ? { slice, recipe: ['evaluation', 'metrics', at] }
    : { slice, recipe: place, component: { kind: 'metric', type: name } };
}

/** The page shows the whole recipe, so all of it is the page's slice; pictures change the page and no result. */
export function shownPieces({ data }: ResolvedRecipe): SlicePiece[] {
  const hidden: readonly string[] = NOT_IN_KEYS;
  const fields = Object.keys(LANGUAGE.fields).filter((field) => !hidden.includes(field));
  const shown = fields.map((field) => piece(field, field));
  const asked = (['pictures', 'showPictures'] as const).find((name) => data.source[name] === true);
  if (asked === undefined) return shown;
  return [...shown, { slice: ['pictures'], recipe: ['data', 'source', asked], value: true }];
}

/** A part of the plan: the instances that `until` names (a stage: all of its instances) and all that they read. */
export function planUntil(plan: Plan, until: string): Plan {
  const wanted = new Set(
    plan.instances.filter(({ id, stage }) => id === until || stage.name === until).map(({ id }) => id),
  );
  if (wanted.size === 0) {
    const meant = nearest(until, new Set(plan.instances.flatMap(({ id, stage }) => [stage.name, id])));
    throw new IchorError(
      'unknown-stage',
      `This recipe has no stage \`${until}\`.`,
      `${meant === null ? '' : `Did you mean ${meant}? `}Its stages are ${plan.instances.map(({ id }) => id).join(', ')}.`,
      2,
    );
  }
  for (const { id, reads } of [...plan.instances].reverse()) {
    if (wanted.has(id)) for (const read of reads) wanted.add(read);
  }
  return { ...plan, instances: plan.instances.filter(({ id }) => wanted.has(id)) };
}

export { STAGES };
