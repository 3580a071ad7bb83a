import { itemsPerUpdate } from '../../registry/budget/items-per-update.ts';
import type { ComponentValue, ResolvedRecipe, TrainBlock } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { readSlices } from '../artifacts/slices.ts';
import type { EngineKind } from '../engine/engine.ts';
import type { Cost, GroupUnit } from '../store/cost.ts';
import { formatBytes } from '../store/disk.ts';
import { choose } from '../train/components.ts';
import { foldsOf, joinedPlace, parseInstance } from '../train/crossfit.ts';
import { itemsDrawn } from '../train/drawn-slices.ts';
import { chunkSize } from '../train/image-chunks.ts';
import { jointCost, type NetworkCost, networkCosts, stepBytes } from '../train/network-costs.ts';
import { updates, updatesPerPass } from '../train/order.ts';
import { itemsSeen } from '../train/rounds.ts';
import { passesOfUpdate, trainedParameters, weightGroups } from '../train/weight-groups.ts';
import type { Measured } from './measure-networks.ts';

/** What the cost of a stage depends on beside the recipe. */
export interface Counts {
  slices: number;
  /** Slices with labels, and series and patients that have such. */
  labelled: number;
  series: number;
  patients: number;
}

export interface CostInput {
  recipe: ResolvedRecipe;
  registry: Registry;
  /** Null where nothing is known of the data yet. */
  counts: Counts | null;
  engineKind: EngineKind | null;
  workers: number;
  /** What this machine was seen to do; without it, and where it says nothing, the rates below stand in. */
  measured?: Measured;
}

/** The machine that the figures below were measured on. */
export const RECKONED_CORES = 2;

/**
 * Multiply-adds a second forward and what a step costs beside them, on two cores of 2023 (bench/README.md).
 * Only the order of magnitude is promised.
 */
const RATES: Record<EngineKind, { multiplyAdds: number; stepSeconds: number }> = {
  native: { multiplyAdds: 1e11, stepSeconds: 0.01 },
  wasm: { multiplyAdds: 6e9, stepSeconds: 0.08 },
};
/** Of a slice whose embedding is copied. */
const JOIN_SECONDS = 1e-4;
/** Series on a page, and what the map of a slice takes on the disk: 7 x 7 cells of six labels. */
const SHOWN_SERIES = 6;
const MAP_BYTES = 7 * 7 * 6 * 4;
/** A training step costs about three times its forward pass. */
const TRAINING = 3;
const SLICES_PER_WORKER_SECOND = 60;
const LONG_SECONDS = 30;
const LARGE_BYTES = 500e6;
/** RSNA stage 2: 752,803 slices in 21,744 series (facts 2.3). Stands in until index has counted. */
const SLICES_PER_SERIES = 35;

/** The small stages: so much at least, and so much a slice; measured on two cores with 1,450 slices. */
const SMALL: Readonly<Record<string, { seconds: [number, number]; bytes: [number, number] }>> = {
  index: { seconds: [0.1, 5e-4], bytes: [0, 300] },
  split: { seconds: [0.05, 3e-5], bytes: [0, 40] },
  predict: { seconds: [0.05, 1e-4], bytes: [0, 220] },
  // One group at a time, so that nothing beside it changes its bytes.
  'predict:sequence': { seconds: [0.05, 1e-3], bytes: [0, 220] },
  calibration: { seconds: [0.05, 2e-5], bytes: [5000, 0] },
  calibrate: { seconds: [0.05, 2e-5], bytes: [0, 220] },
  labels: { seconds: [0.1, 1e-5], bytes: [1000, 220] },
  evaluate: { seconds: [0.05, 1e-4], bytes: [50_000, 40] },
  report: { seconds: [2, 5e-5], bytes: [150_000, 150] },
};

/** What a stage will cost in disk and roughly in time; null where nothing can be said yet. */
export function stageCost(id: string, input: CostInput): Cost | null {
  const { recipe, registry, counts } = input;
  if (id === 'source') {
    const cost = registry.get('source', recipe.data.source.type)?.cost?.(recipe.data.source);
    return cost ? { bytes: cost.bytes, seconds: cost.seconds } : null;
  }
  if (counts === null) return null;
  const small = SMALL[id] ?? SMALL[id.split(':')[0] as string];
  if (small !== undefined) {
    const of = ([least, each]: [number, number]) => least + each * counts.slices;
    return { bytes: of(small.bytes), seconds: of(small.seconds) };
  }
  if (id === 'shards') {
    const bytes = counts.slices * (recipe.data.image.size ** 2 * recipe.channels.length + 400);
    return { bytes, seconds: counts.slices / (SLICES_PER_WORKER_SECOND * input.workers) };
  }
  return input.engineKind === null ? null : modelCost(id, { ...input, counts, engineKind: input.engineKind });
}

function modelCost(
  id: string,
  { recipe, registry, counts, engineKind, measured }: CostInput & { counts: Counts; engineKind: EngineKind },
): Cost | null {
  const costs = networkCosts(recipe, registry);
  const rate = RATES[engineKind];
  const forward = (items: number, multiplyAdds: number, batch: number) =>
    (items * multiplyAdds) / rate.multiplyAdds + (items / batch) * rate.stepSeconds;
  const [stage, instance = ''] = id.split(':');
  const folds = foldsOf(recipe) ?? 1;
  if (stage === 'embed' && costs.backbone !== null) {
    // Of a further backbone the first one's size is a guess, as good as its order of magnitude.
    const bytes = counts.slices * (costs.backbone.width * 4 + 80);
    const work = (items: number) => ({ items, unit: 'slices' as const, epochs: 1 });
    if (joinedPlace(instance) !== null) return { bytes, seconds: counts.slices * JOIN_SECONDS };
    const slices = instance.includes('fold') ? counts.slices / folds : counts.slices;
    // One backbone is measured, the recipe's own.
    const each = isFirst(instance) ? measured?.backbone?.inference : null;
    return {
      bytes,
      ...(each
        ? { seconds: slices * each, measured: true as const }
        : { seconds: forward(slices, costs.backbone.multiplyAdds, chunkSize(recipe.data.image.size)) }),
      work: work(slices),
    };
  }
  if (stage === 'heat-maps' && costs.backbone !== null) {
    // Of the handful of series that the page shows.
    const slices = Math.min(counts.slices, SHOWN_SERIES * SLICES_PER_SERIES);
    const seconds = forward(slices, costs.backbone.multiplyAdds, chunkSize(recipe.data.image.size));
    return { bytes: slices * MAP_BYTES, seconds, work: { items: slices, unit: 'slices', epochs: 1 } };
  }
  const { endToEnd } = recipe.train;
  if (stage === 'end-to-end')
    return jointStageCost({ recipe, registry, counts, ...(measured && { measured }) }, forward);
  if (stage !== 'backbone' && stage !== 'sequence') return null;
  // What an end-to-end training made of it, taken out.
  if (endToEnd !== undefined && instance === '')
    return { bytes: 4 * (costs[stage]?.parameters ?? 0), seconds: JOIN_SECONDS };
  const network = costs[stage];
  if (network === null) return null;
  const block = recipe.train[stage];
  const share = instance.includes('fold') ? (folds - 1) / folds : 1;
  const [there, unit] = stage === 'backbone' ? ([counts.labelled, 'slices'] as const) : groupsOf(recipe, counts);
  const [drawn] = stage === 'backbone' ? drawnOf(recipe, registry, counts) : [there];
  const part = stage === 'backbone' ? share : 1;
  const { train, validation } =
    network.parameters === 0
      ? { train: 0, validation: 0 }
      : { train: itemsOf(drawn * part, recipe).train, validation: itemsOf(there * part, recipe).validation };
  const each = stage === 'backbone' && !isFirst(instance) ? null : measured?.[stage]?.training;
  const all = updates(train, block);
  const seen = itemsSeen(train, block, all);
  const validated = validation * Math.ceil(all / (block.validateEvery ?? updatesPerPass(train, block)));
  // Of epochs those of the recipe; of updates the passes that they come to, validation counted in.
  const epochs =
    block.updates === undefined ? (block.epochs ?? 0) : (seen + validated) / Math.max(train + validation, 1);
  // A further backbone is frozen in its own way: of all of them the first is known.
  const { passes, frozen } =
    stage === 'backbone' && isFirst(instance) ? frozenCost(recipe, registry, network) : { passes: TRAINING, frozen: 0 };
  return {
    bytes: checkpointBytes(network.parameters, { frozen, ema: block.ema }),
    ...(each
      ? { seconds: (seen + validated / TRAINING) * each, measured: true as const }
      : {
          seconds:
            passes * forward(seen, network.multiplyAdds, block.batch) +
            forward(validated, network.multiplyAdds, block.batch),
        }),
    // What the bar counts: the steps of each pass, and the validation after them.
    work: {
      items: epochs === 0 ? 0 : (seen + validated) / epochs,
      unit,
      epochs,
      updates: all,
      batch: itemsPerUpdate(block),
      ...(block.updates === undefined ? {} : { stated: 'updates' as const }),
    },
  };
}

/** What freezing takes off an update, in passes forward, and the numbers that have no slots. */
function frozenCost(
  recipe: ResolvedRecipe,
  registry: Registry,
  { spec }: NetworkCost,
): { passes: number; frozen: number } {
  const { params } = choose(registry, 'backbone', recipe.backbone as ComponentValue);
  const groups = weightGroups(spec, params.train);
  const frozen = spec.parameters.trainable - trainedParameters(spec, groups);
  return { passes: passesOfUpdate(spec, groups, recipe.train.backbone.epochs ?? null), frozen };
}

/** Runs of adjacent slices through both networks, and validation that reads each series whole. */
function jointStageCost(
  { recipe, registry, counts, measured }: Pick<CostInput, 'recipe' | 'registry' | 'measured'> & { counts: Counts },
  forward: (items: number, multiplyAdds: number, batch: number) => number,
): Cost | null {
  const [cost, block] = [jointCost(recipe, registry), recipe.train.endToEnd];
  if (cost === null || block === undefined) return null;
  const { train, validation } = itemsOf(counts.series, recipe);
  const all = updates(train, block);
  const seen = itemsSeen(train, block, all);
  const validated = validation * Math.ceil(all / (block.validateEvery ?? updatesPerPass(train, block)));
  const runs = validated * Math.max(1, counts.labelled / Math.max(counts.series, 1) / block.slices);
  const epochs =
    block.updates === undefined ? (block.epochs ?? 0) : (seen + validated) / Math.max(train + validation, 1);
  // A run takes about what its slices take of the backbone: the sequence model is small beside it.
  const each = measured?.backbone ? measured.backbone.training * block.slices : null;
  return {
    bytes: checkpointBytes(cost.parameters, block),
    ...(each === null
      ? {
          seconds:
            TRAINING * forward(seen, cost.multiplyAdds, block.batch) + forward(runs, cost.multiplyAdds, block.batch),
        }
      : { seconds: (seen + runs / TRAINING) * each, measured: true as const }),
    memoryBytes: stepBytes(cost, block.batch),
    work: {
      items: epochs === 0 ? 0 : (seen + validated) / epochs,
      unit: 'series',
      epochs,
      updates: all,
      batch: itemsPerUpdate(block),
      ...(block.updates === undefined ? {} : { stated: 'updates' as const }),
    },
  };
}

/** Whether an instance of backbone or embed is of the recipe's own backbone. */
const isFirst = (instance: string) => parseInstance(instance).place === 0;

/** `sequence.group` says what one sequence is made of. */
export function groupsOf({ sequence }: ResolvedRecipe, { labelled, series, patients }: Counts): [number, GroupUnit] {
  const group = sequence === 'none' ? 'series' : sequence.group;
  if (group === 'slice') return [labelled, 'slices'];
  return group === 'patient' ? [patients, 'patients'] : [series, 'series'];
}

/** What an epoch of the backbone would have items of if all that is labelled were on its training side: as its sampler draws. */
export function drawnOf(recipe: ResolvedRecipe, registry: Registry, counts: Counts): [number, GroupUnit] {
  const unit = itemsDrawn(choose(registry, 'sampler', recipe.train.backbone.sampler));
  return [unit === 'slices' ? counts.labelled : counts.patients, unit];
}

/** The counts that a finished index states. */
export async function countsOfIndex(folder: string): Promise<Counts> {
  const slices = await readSlices(folder);
  const labelled = slices.filter((slice) => slice.labels !== null);
  return {
    slices: slices.length,
    labelled: labelled.length,
    series: new Set(labelled.map(({ series }) => series)).size,
    patients: new Set(labelled.map(({ patient }) => patient)).size,
  };
}

/**
 * Before index has run: files stand for slices, and all of those of the train set for labelled ones.
 * @param perSeries slices of a series, where the source says so.
 */
export function countsOfFiles(
  slices: number,
  labelled: number,
  { data }: ResolvedRecipe,
  perSeries: number = SLICES_PER_SERIES,
): Counts {
  const most = (studies: number | undefined, count: number) =>
    studies === undefined ? count : Math.min(count, studies * perSeries);
  const kept = most(data.limit?.labelled, labelled);
  const series = Math.ceil(kept / perSeries);
  return {
    slices: kept + most(data.limit?.unlabelled, slices - labelled),
    labelled: kept,
    series,
    // Whose series they are is not known before index has read it: most patients have one.
    patients: series,
  };
}

/** For the user, before a stage starts; null where it is short and small. */
export function costText({ bytes, seconds }: Cost): string | null {
  if (seconds < LONG_SECONDS && bytes < LARGE_BYTES) return null;
  return `about ${formatBytes(bytes)} on disk, roughly ${roughly(seconds)}`;
}

/** Whether a stage may turn out long or large, by the model alone: earlier runs may have taken many times what it says. */
export const isNoted = ({ bytes, seconds }: Cost): boolean => seconds >= LONG_SECONDS / 10 || bytes >= LARGE_BYTES / 10;

/** What is learned from, and what is looked at after each round. */
function itemsOf(all: number, recipe: ResolvedRecipe): { train: number; validation: number } {
  const share = validationShare(recipe);
  const left = all * (1 - (recipe.data.test ?? 0));
  return { train: left * (1 - share), validation: left * share };
}

/** How many of `all` items with labels an instance of backbone or sequence learns from, as far as the recipe says. */
export function trainingItems(recipe: ResolvedRecipe, id: string, all: number): number {
  const folds = foldsOf(recipe) ?? 1;
  const fold = id.includes(':') && parseInstance(id.slice(id.indexOf(':') + 1)).fold !== null;
  return itemsOf(all, recipe).train * (fold ? (folds - 1) / folds : 1);
}

/** What the split puts on the validation side, where it says so by a share; nothing is split yet when a plan is made. */
export function validationShare({ data: { split } }: Pick<ResolvedRecipe, 'data'>): number {
  return typeof split.validation === 'number' && split.validation > 0 && split.validation < 1 ? split.validation : 0;
}

/** Weights, two slots of Adam for those that train and an average, in the last checkpoint, the one before it and the one being written. */
function checkpointBytes(parameters: number, { frozen = 0, ema }: { frozen?: number; ema: TrainBlock['ema'] }): number {
  return (parameters + 2 * (parameters - frozen) + (ema === 'none' ? 0 : parameters)) * 4 * 3;
}

/** A time that nobody should take to the second. */
export function roughly(seconds: number): string {
  if (seconds < 1) return '< 1 s';
  if (seconds < 10) return `${Math.round(seconds)} s`;
  if (seconds < 90) return `${Math.round(seconds / 10) * 10} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
