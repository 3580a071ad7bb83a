import { IchorError } from '../../errors.ts';
import { itemsPerUpdate } from '../../registry/budget/items-per-update.ts';
import type { TrainBlock } from '../../registry/recipe.ts';
import { type Checkpoint, readBest, readCheckpoint, writeBest, writeCheckpoint } from '../artifacts/checkpoints.ts';
import type { EpochRow } from '../artifacts/history.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { CompiledStep, Engine, HostTensors } from '../engine/engine.ts';
import type { EpochEvent } from '../events.ts';
import type { StageContext } from '../stage.ts';
import { startOfAverages } from './average.ts';
import type { Chosen } from './components.ts';
import { type Feed, targets } from './feed.ts';
import { initialise } from './layers/initialise.ts';
import { learningRateAt } from './learning-rate.ts';
import {
  AVERAGES,
  asState,
  averageName,
  emptySlots,
  floats,
  slotName,
  WEIGHTS,
  weightName,
  weightsOf,
} from './names.ts';
import { epochSteps, inSteps, updates, updatesPerPass } from './order.ts';
import { prefetch } from './prefetch.ts';
import { itemsSeen, type Round, roundsOf } from './rounds.ts';
import { type StepParts, scoreStep } from './step.ts';
import { openUpdates, type Updates } from './updates.ts';
import { type BestBy, validate } from './validate.ts';
import { allAlike, namesOf } from './weight-groups.ts';

export interface FitOptions extends Omit<StepParts, 'engine'> {
  stage: 'backbone' | 'sequence';
  engine: Engine;
  /** What an item is, for the progress bar. */
  unit: 'slices' | 'series' | 'patients';
  seed: number;
  block: TrainBlock;
  /** How the learning rate of the optimizer goes over the updates. */
  schedule: Chosen<'schedule'>;
  index: readonly SliceRow[];
  train: Feed;
  /** Null: the validation side is empty. */
  validation: Feed | null;
  /** Inputs of validation: no augmentation. */
  plainInputs: StepParts['inputs'];
  bestBy: BestBy | null;
  /** Which instance of the stage it is, for events: `backbone:fold-2`. By default the stage. */
  id?: string;
  /** Puts pretrained weights in the place of the initial ones; absent: all start at random. */
  pretrained?(initial: HostTensors): Promise<HostTensors>;
  /** After each round whose checkpoint is in place, with all rounds so far. */
  watch?(history: readonly EpochRow[]): void;
  context: Pick<StageContext, 'folder' | 'signal' | 'progress' | 'emit'>;
}

export interface Fitted {
  weights: HostTensors;
  history: EpochRow[];
  /** Whose weights these are: the passes over the data behind them. */
  epoch: number;
}

/**
 * Trains a network, for both stages: from the last checkpoint in the folder, or from its initial weights. After each
 * round (a pass over the data, or so many updates) a checkpoint is in place; going on from it gives the bytes that an undisturbed training gives on this engine.
 * Throws IchorError `training-diverged` where the loss is no number; the last checkpoint stays.
 */
export async function fitNetwork(options: FitOptions): Promise<Fitted> {
  const { engine, block, context, bestBy, train } = options;
  if (bestBy && !options.validation) {
    throw new IchorError(
      'no-validation',
      `checkpoint asks for the best ${bestBy.name}, and no labelled slice is on the validation side.`,
      'Give the split a validation share, or set checkpoint: last.',
      2,
    );
  }
  const checkpoint = (await lastCheckpoint(options)) ?? (await start(options));
  // Validation reads the very weights that training writes.
  const training = openUpdates(options, checkpoint.state, updatesPerPass(train.items, block));
  const { state } = training;
  const score = engine.compile(scoreStep({ ...options, inputs: options.plainInputs }, keptOf(options)), state);
  try {
    const meter = progressMeter(options);
    await meter.at(checkpoint.history.length);
    for (const row of checkpoint.history) tellEpoch(options, row, null);
    for (const round of roundsOf(train.items, block).slice(checkpoint.history.length)) {
      context.signal.throwIfAborted();
      // The engine holds the state now: a large network's would fill most of a gigabyte a second time.
      checkpoint.state = {};
      const began = performance.now();
      const before = meter.done;
      const inside = state.seconds;
      const { row, slices, gradientNorm } = await trainRound(options, training, round, meter);
      checkpoint.step += row.steps;
      checkpoint.state = await training.read();
      const validated = await validateRound(options, score, checkpoint, row, meter);
      const seconds = (performance.now() - began) / 1000;
      checkpoint.history.push(row);
      await writeCheckpoint(context.folder, checkpoint);
      const slicesPerSecond = (slices + validated) / seconds;
      const speed = {
        seconds,
        slicesPerSecond,
        itemsPerSecond: (meter.done - before) / seconds,
        engineShare: (state.seconds - inside) / seconds,
      };
      tellEpoch(options, row, speed, gradientNorm);
      options.watch?.(checkpoint.history);
    }
  } finally {
    score.dispose();
    training.dispose();
  }
  const { state: last, history, bestEpoch } = checkpoint;
  if (bestBy && bestEpoch !== null) return { weights: await readBest(context.folder), history, epoch: bestEpoch };
  // Where it was defined in no epoch the last one's weights are kept: trainingNotes says so.
  return { weights: weightsOf(last, keptOf(options)), history, epoch: history.at(-1)?.epoch ?? 0 };
}

/** What validates, is kept and is what the stage gives: the weights, or their averages. */
const keptOf = ({ block }: FitOptions) => (block.ema === 'none' ? WEIGHTS : AVERAGES);

async function start({ network, groups, seed, optimizer, pretrained, block }: FitOptions): Promise<Checkpoint> {
  const trained = namesOf(network.spec, groups ?? allAlike(network.spec));
  const initial = initialise(network.spec, seed);
  const weights = pretrained ? await pretrained(initial) : initial;
  const state = {
    ...asState(weights),
    ...emptySlots(optimizer.component.slots, weights, trained),
    ...(block.ema === 'none' ? {} : startOfAverages(weights)),
  };
  return { state, step: 0, history: [], bestEpoch: null };
}

/** A checkpoint that a damaged disk left unreadable is no reason to stop: training starts again, and says so. */
async function lastCheckpoint(options: FitOptions): Promise<Checkpoint | null> {
  const { context, stage } = options;
  const again = (why: string) =>
    context.emit({
      type: 'note',
      stage: options.id ?? stage,
      level: 'warning',
      code: 'checkpoint-unreadable',
      message: `${why} Training starts again from its first epoch.`,
    });
  try {
    const checkpoint = await readCheckpoint(context.folder);
    if (!checkpoint) return null;
    if (sameShapes(stateShapes(options), checkpoint.state)) return checkpoint;
    again('The checkpoint belongs to another network.');
  } catch (error) {
    if (!(error instanceof IchorError)) throw error;
    again(error.message);
  }
  return null;
}

/** Shapes of the state that this training has. */
function stateShapes({ network, groups, optimizer, block }: FitOptions): Record<string, { shape: readonly number[] }> {
  const shapes: Record<string, { shape: readonly number[] }> = {};
  const trained = new Set(namesOf(network.spec, groups ?? allAlike(network.spec)));
  for (const { name, shape } of network.spec.weights) {
    shapes[weightName(name)] = { shape };
    if (block.ema !== 'none') shapes[averageName(name)] = { shape };
    if (trained.has(name)) for (const slot of optimizer.component.slots) shapes[slotName(slot, name)] = { shape };
  }
  return shapes;
}

function sameShapes(
  a: Readonly<Record<string, { shape: readonly number[] }>>,
  b: Readonly<Record<string, { shape: readonly number[] }>>,
): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => String(a[name]?.shape) === String(b[name]?.shape))
  );
}

/** The name of its instance in events. */
const idOf = ({ id, stage }: FitOptions): string => id ?? stage;

/** Says an epoch; without a speed it is one that an earlier attempt trained. */
function tellEpoch(
  options: FitOptions,
  row: EpochRow,
  speed: Omit<NonNullable<EpochEvent['speed']>, 'unit'> | null,
  gradientNorm: number | null = null,
): void {
  options.context.emit({
    type: 'epoch',
    stage: idOf(options),
    ...row,
    ...lengthOf(options),
    ...(options.block.updates === undefined ? {} : { update: updatesBehind(options, row) }),
    speed: speed && { ...speed, unit: options.unit },
    ...(gradientNorm === null ? {} : { gradientNorm }),
  });
}

/** In all: passes over the data, and updates. */
function lengthOf({ train, block }: FitOptions): { epochs: number; updates: number } {
  const all = updates(train.items, block);
  return { epochs: all / updatesPerPass(train.items, block), updates: all };
}

const updatesBehind = ({ train, block }: FitOptions, { epoch }: EpochRow): number =>
  Math.round(epoch * updatesPerPass(train.items, block));

/** Where a training is, in the unit that its block counts. */
function placeText({ block, train }: FitOptions, pass: number, update: number): string {
  return block.updates === undefined
    ? `epoch ${pass}/${block.epochs}`
    : `update ${update}/${updates(train.items, block)}`;
}

interface Meter {
  /** Items so far, over all rounds. */
  readonly done: number;
  /** To the start of this round (0 is the first). */
  at(round: number): Promise<void>;
  advance(items: number): Promise<void>;
  note: string;
}

/** Progress over all rounds, validation included. */
function progressMeter({ block, train, validation, unit, context }: FitOptions): Meter {
  const rounds = roundsOf(train.items, block);
  const behind = (round: number): number =>
    itemsSeen(train.items, block, rounds[round - 1]?.end ?? 0) + round * (validation?.items ?? 0);
  const total = behind(rounds.length);
  let done = 0;
  const meter = {
    note: '',
    get done() {
      return done;
    },
    at(round: number) {
      done = behind(round);
      return meter.advance(0);
    },
    advance(items: number) {
      done += items;
      return context.progress(done, total, unit, meter.note);
    },
  };
  return meter;
}

/** A batch of a training: its items, and where it stands. */
interface BatchJob {
  items: readonly number[];
  /** The pass over the data that it is of. */
  epoch: number;
  update: number;
  part: number;
  last: boolean;
}

/** The batches of a round, update by update: passes are drawn one by one. */
function* batchesOf({ stage, seed, block, train }: FitOptions, { start, end }: Round): Generator<BatchJob> {
  const pass = updatesPerPass(train.items, block);
  for (let epoch = Math.floor(start / pass); epoch * pass < end; epoch++) {
    const { batch, stepsPerEpoch } = block;
    const from = { seed, purpose: `${stage}-order`, epoch, stepsPerEpoch };
    const all = epochSteps(train.items, itemsPerUpdate(block), from);
    for (let update = Math.max(start, epoch * pass); update < Math.min(end, (epoch + 1) * pass); update++) {
      const parts = inSteps(all[update - epoch * pass] ?? [], batch);
      for (const [part, items] of parts.entries())
        yield { items, epoch, update: update + 1, part, last: part === parts.length - 1 };
    }
  }
}

async function trainRound(
  options: FitOptions,
  training: Updates,
  round: Round,
  meter: Meter,
): Promise<{ row: EpochRow; slices: number; gradientNorm: number | null }> {
  const { block, train, index, optimizer, schedule, context } = options;
  const batches = [...batchesOf(options, round)];
  const all = updates(train.items, block);
  const rateOf = (update: number) => learningRateAt(update - 1, all, optimizer.params.learningRate, schedule);
  let [sum, count, slices, seen] = [0, 0, 0, 0];
  let norms = 0;
  const load = async (job: BatchJob) => ({ job, batch: await train.load(job.items, job.epoch) });
  for await (const { job, batch } of prefetch(batches, load)) {
    context.signal.throwIfAborted();
    const { items, epoch, ...place } = job;
    meter.note = placeText(options, epoch + 1, place.update);
    const counted = batch.counts.filter(Boolean).length;
    const outputs = await training.run(
      { ...batch.tensors, ...targets(index, batch) },
      { ...place, learningRate: rateOf(place.update), counted },
    );
    const loss = floats(outputs, 'loss')[0] as number;
    // No number where nothing clips: then nobody reckons it.
    if (place.last)
      norms += outputs.gradientNorm === undefined ? Number.NaN : (floats(outputs, 'gradientNorm')[0] as number);
    if (!Number.isFinite(loss)) throw diverged(options, epoch, place.update, loss);
    slices += batch.slices.filter((row) => row >= 0).length;
    sum += loss * counted;
    count += counted;
    seen += items.length;
    await meter.advance(items.length);
  }
  const rate = rateOf(round.end);
  const learningRate =
    optimizer.component.learningRate?.(round.end, { ...optimizer.params, learningRate: rate }) ?? rate;
  const loss = sum / Math.max(count, 1);
  const row = { epoch: round.epoch, steps: round.end - round.start, items: seen, labels: count, loss, learningRate };
  const gradientNorm = norms / (round.end - round.start);
  return {
    row: { ...row, validation: null },
    slices,
    gradientNorm: Number.isFinite(gradientNorm) ? gradientNorm : null,
  };
}

/** Puts its figures into the row, and says how many slices it has looked at. */
async function validateRound(
  options: FitOptions,
  score: CompiledStep,
  checkpoint: Checkpoint,
  row: EpochRow,
  meter: Meter,
): Promise<number> {
  const { validation, index, block, bestBy, context } = options;
  if (!validation) return 0;
  meter.note = `${placeText(options, row.epoch, updatesBehind(options, row))}, validation`;
  const { scored, ...figures } = await validate(score, validation, index, block.batch, (items) => {
    context.signal.throwIfAborted();
    return meter.advance(items);
  });
  row.validation = figures;
  if (!Number.isFinite(figures.loss))
    throw diverged(options, Math.ceil(row.epoch) - 1, updatesBehind(options, row), figures.loss);
  if (!bestBy) return scored.length;
  const { value, better } = bestBy.evaluate(scored);
  row.metric = { name: bestBy.name, value };
  const before = checkpoint.history.find(({ epoch }) => epoch === checkpoint.bestEpoch)?.metric?.value ?? null;
  if (value === null) return scored.length;
  if (before !== null && (better === 'lower' ? value >= before : value <= before)) return scored.length;
  // Written before the checkpoint that names it: an interruption between the two repeats the epoch, and writes the same.
  await writeBest(context.folder, weightsOf(checkpoint.state, keptOf(options)));
  checkpoint.bestEpoch = row.epoch;
  return scored.length;
}

function diverged({ stage, block, train }: FitOptions, epoch: number, update: number, loss: number): IchorError {
  const { learningRate, clipNorm } = block.optimizer;
  const clipping = clipNorm === null ? 'clipNorm is off: set it, say to 10' : `or lower clipNorm (${clipNorm})`;
  return new IchorError(
    'training-diverged',
    `Training of the ${stage} diverged: the loss is ${loss} in epoch ${epoch + 1}, step ${update - epoch * updatesPerPass(train.items, block)}${block.updates === undefined ? '' : ` (update ${update} of ${block.updates})`}.`,
    `Lower train.${stage}.optimizer.learningRate (${learningRate}); ${clipping}. The last finished ${block.validateEvery === null ? 'epoch' : 'round'}'s checkpoint is kept.`,
  );
}
