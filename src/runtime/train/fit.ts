import { IchorError } from '../../errors.ts';
import { itemsPerUpdate } from '../../registry/budget/items-per-update.ts';
import type { TrainBlock, TrainedStage } from '../../registry/recipe.ts';
import { type Checkpoint, type RowSoFar, readBest } from '../artifacts/checkpoints.ts';
import type { EpochRow } from '../artifacts/history.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { CompiledStep, Engine, EngineState, HostTensors } from '../engine/engine.ts';
import type { EpochEvent } from '../events.ts';
import type { StageContext } from '../stage.ts';
import { startOfAverages } from './average.ts';
import type { Chosen } from './components.ts';
import { diverged } from './diverged.ts';
import { isToStop, stoppedEarly, stoppedText } from './early-stopping.ts';
import { type Feed, targets } from './feed.ts';
import { notFinite } from './finite.ts';
import { Keeper } from './keeper.ts';
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
import { explainMemory } from './out-of-memory.ts';
import { prefetch } from './prefetch.ts';
import { itemsSeen, type Round, roundsOf } from './rounds.ts';
import { type StepParts, scoreStep } from './step.ts';
import { openUpdates, type Updates } from './updates.ts';
import { type BestBy, validate } from './validate.ts';
import { allAlike, namesOf } from './weight-groups.ts';

export interface FitOptions extends Omit<StepParts, 'engine'> {
  stage: TrainedStage;
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
  /** What `earlyStopping` goes by; null: the loss, or nothing stops it. */
  stopBy: BestBy | null;
  /** Which instance of the stage it is, for events: `backbone:fold-2`. By default the stage. */
  id?: string;
  /** Puts pretrained weights in the place of the initial ones; absent: all start at random. */
  pretrained?(initial: HostTensors): Promise<HostTensors>;
  /** After each round whose checkpoint is in place, with all rounds so far. */
  watch?(history: readonly EpochRow[]): void;
  /**
   * What validates, where that is not one step of the network (`scoreStep`), over the state that trains: its batches are those of
   * `validation`, with `labels`, its outputs those of `scoreStep`.
   * @param by whether the weights are looked at, or their averages.
   */
  score?(state: EngineState, by: typeof WEIGHTS | typeof AVERAGES): Score;
  /** False: nothing is kept on the way, of a training that is only timed. */
  keeps?: false;
  context: Pick<StageContext, 'folder' | 'signal' | 'progress' | 'emit'>;
}

/** Looks at a batch of validation. */
export type Score = Pick<CompiledStep, 'run' | 'dispose'>;

export interface Fitted {
  weights: HostTensors;
  history: EpochRow[];
  /** Whose weights these are: the passes over the data behind them. */
  epoch: number;
}

/**
 * Trains a network, for all stages that do: from the last checkpoint in the folder, or from its initial weights. A checkpoint is
 * written after each round (a pass over the data, or so many updates), inside of one as `checkpoint.everySteps` or the clock
 * says, and where the signal ends it; going on from any gives the bytes that an undisturbed training gives on this engine.
 * Throws IchorError `training-diverged` where a loss, gradient or weight is no number, and `disk-full` where a checkpoint
 * finds no room; the last checkpoint stays.
 */
export async function fitNetwork(options: FitOptions): Promise<Fitted> {
  const { engine, block, context, bestBy, train } = options;
  assertValidation(options);
  const keeper = new Keeper({ id: idOf(options), block, context });
  const keeps = options.keeps ?? true;
  const checkpoint = (keeps ? await keeper.find(fitting(options)) : null) ?? (await start(options));
  // Validation reads the very weights that training writes.
  const training = openUpdates(options, checkpoint.state, updatesPerPass(train.items, block));
  const score =
    options.score?.(training.state, keptOf(options)) ??
    engine.compile(scoreStep({ ...options, inputs: options.plainInputs }, keptOf(options)), training.state);
  const run: Running = {
    options,
    checkpoint,
    training,
    score,
    keeper,
    meter: progressMeter(options),
    halfway: false,
  };
  try {
    await run.meter.at(checkpoint.history.length, checkpoint.row?.steps ?? 0);
    for (const row of checkpoint.history) tellEpoch(options, row, null);
    for (const round of roundsOf(train.items, block).slice(checkpoint.history.length)) {
      context.signal.throwIfAborted();
      if (isToStop(checkpoint.history, block.earlyStopping)) {
        await run.meter.toEnd('stopped early');
        const stopped = stoppedEarly(checkpoint.history, block, train.items);
        if (stopped)
          context.emit({
            type: 'note',
            stage: idOf(options),
            level: 'info',
            message: `${idOf(options)} ${stoppedText(stopped)}.`,
          });
        break;
      }
      await runRound(run, round);
      options.watch?.(checkpoint.history);
    }
  } catch (error) {
    // Of any other error the last checkpoint may be the last that was as it should be.
    if (keeps && context.signal.aborted && error === context.signal.reason && !run.halfway)
      await keeper.rescue(checkpoint, updates(train.items, block), () => training.read());
    throw explainMemory(error, options);
  } finally {
    score.dispose();
    training.dispose();
  }
  const { state: last, history, best } = checkpoint;
  if (bestBy && best !== null) return { weights: await readBest(context.folder, best), history, epoch: best.epoch };
  // Where it was defined in no epoch the last one's weights are kept: trainingNotes says so.
  return { weights: weightsOf(last, keptOf(options)), history, epoch: history.at(-1)?.epoch ?? 0 };
}

/** What validates, is kept and is what the stage gives: the weights, or their averages. */
const keptOf = ({ block }: FitOptions) => (block.ema === 'none' ? WEIGHTS : AVERAGES);

/** Which epoch is best, and when to stop, only a validation side says. */
function assertValidation({ validation, bestBy, block }: FitOptions): void {
  if (validation || (!bestBy && block.earlyStopping === null)) return;
  throw new IchorError(
    'no-validation',
    bestBy
      ? `checkpoint asks for the best ${bestBy.name}, and no labelled slice is on the validation side.`
      : `earlyStopping goes by ${block.earlyStopping?.metric}, and no labelled slice is on the validation side.`,
    `Give the split a validation share, or set ${bestBy ? 'checkpoint: last' : 'earlyStopping: null'}.`,
    2,
  );
}

/** A training under way. */
interface Running {
  options: FitOptions;
  /** Where it stands; its state is in the engine, and here only for as long as somebody reads it. */
  checkpoint: Checkpoint;
  training: Updates;
  score: Score;
  keeper: Keeper;
  meter: Meter;
  /** Whether an update is under way: what is read of the state then is of none. */
  halfway: boolean;
}

/** Trains and validates a round, or what an earlier attempt left of it, and puts its row into the history. */
async function runRound(run: Running, round: Round): Promise<void> {
  const { options, checkpoint, training, keeper, meter } = run;
  const { state } = training;
  checkpoint.row ??= newRow();
  const { row } = checkpoint;
  // The engine holds the state now: a large network's would fill most of a gigabyte a second time.
  checkpoint.state = {};
  const began = performance.now() - 1000 * row.seconds;
  const inside = state.seconds - row.engineSeconds;
  const before = meter.done - row.items;
  const clock = () => {
    row.seconds = (performance.now() - began) / 1000;
    row.engineSeconds = state.seconds - inside;
  };
  const learningRate = await trainRound(run, round, row, clock);
  checkpoint.state = await training.read();
  assertNumbers(run, []);
  const done: EpochRow = {
    epoch: round.epoch,
    steps: row.steps,
    items: row.items,
    labels: row.labels,
    loss: row.loss / Math.max(row.labels, 1),
    learningRate,
    validation: null,
  };
  const validated = await validateRound(run, done);
  clock();
  checkpoint.history.push(done);
  checkpoint.row = null;
  if (options.keeps ?? true) await keeper.write(checkpoint);
  const { seconds, engineSeconds } = row;
  const speed = {
    seconds,
    slicesPerSecond: (row.slices + validated) / seconds,
    itemsPerSecond: (meter.done - before) / seconds,
    engineShare: engineSeconds / seconds,
  };
  tellEpoch(options, done, speed, row.norms === null ? null : row.norms / row.steps);
}

const newRow = (): RowSoFar => ({
  steps: 0,
  items: 0,
  slices: 0,
  labels: 0,
  loss: 0,
  norms: 0,
  seconds: 0,
  engineSeconds: 0,
});

async function start({ network, groups, seed, optimizer, pretrained, block }: FitOptions): Promise<Checkpoint> {
  const trained = namesOf(network.spec, groups ?? allAlike(network.spec));
  const initial = initialise(network.spec, seed);
  const weights = pretrained ? await pretrained(initial) : initial;
  const state = {
    ...asState(weights),
    ...emptySlots(optimizer.component.slots, weights, trained),
    ...(block.ema === 'none' ? {} : startOfAverages(weights)),
  };
  return { state, step: 0, history: [], row: null, best: null };
}

/** Whether a state is that of this network and optimizer. */
const fitting = (options: FitOptions) => (state: HostTensors) => sameShapes(stateShapes(options), state);

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
  /** To this round (0 is the first), so many updates into it. */
  at(round: number, steps: number): Promise<void>;
  advance(items: number): Promise<void>;
  /** To the end of all rounds, of which some were not needed. */
  toEnd(note: string): Promise<void>;
  note: string;
}

/** Progress over all rounds, validation included. */
function progressMeter({ block, train, validation, unit, context }: FitOptions): Meter {
  const rounds = roundsOf(train.items, block);
  const behind = (round: number, steps: number): number =>
    itemsSeen(train.items, block, (rounds[round - 1]?.end ?? 0) + steps) + round * (validation?.items ?? 0);
  const total = behind(rounds.length, 0);
  let done = 0;
  const meter = {
    note: '',
    get done() {
      return done;
    },
    at(round: number, steps: number) {
      done = behind(round, steps);
      return meter.advance(0);
    },
    advance(items: number) {
      done += items;
      return context.progress(done, total, unit, meter.note);
    },
    toEnd(note: string) {
      meter.note = note;
      return meter.advance(total - done);
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
    const from = { seed, purpose: `${stage}-order`, epoch, stepsPerEpoch, ordered: train.ordered ?? false };
    const all = epochSteps(train.items, itemsPerUpdate(block), from);
    for (let update = Math.max(start, epoch * pass); update < Math.min(end, (epoch + 1) * pass); update++) {
      const parts = inSteps(all[update - epoch * pass] ?? [], batch);
      for (const [part, items] of parts.entries())
        yield { items, epoch, update: update + 1, part, last: part === parts.length - 1 };
    }
  }
}

/** Does what the row lacks of its updates; hands back the learning rate of the last one, as the optimizer has it. */
async function trainRound(run: Running, round: Round, row: RowSoFar, clock: () => void): Promise<number> {
  const { options, checkpoint, training, keeper, meter } = run;
  const { train, index, optimizer, context } = options;
  const batches = [...batchesOf(options, { ...round, start: round.start + row.steps })];
  const rateOf = (update: number) => rateAt(options, update);
  const load = async (job: BatchJob) => ({ job, batch: await train.load(job.items, job.epoch) });
  /** Of the update under way. */
  let seen = 0;
  for await (const { job, batch } of prefetch(batches, load)) {
    const { items, epoch, ...place } = job;
    // Between two batches of one update there is nothing that could be kept.
    if (place.part === 0) context.signal.throwIfAborted();
    meter.note = placeText(options, epoch + 1, place.update);
    const counted = batch.counts.filter(Boolean).length;
    run.halfway = true;
    const outputs = await training.run(
      { ...batch.tensors, ...targets(index, batch) },
      { ...place, learningRate: rateOf(place.update), counted },
    );
    const loss = floats(outputs, 'loss')[0] as number;
    const rows = batch.slices.filter((at) => at >= 0);
    const stop = (what: string) => stopped(run, what, { epoch, update: place.update, rows });
    if (!Number.isFinite(loss)) throw stop(`the loss is ${loss}`);
    row.slices += rows.length;
    row.labels += counted;
    row.loss += loss * counted;
    row.items += items.length;
    seen += items.length;
    if (!place.last) continue;
    // None where nothing clips: then nobody reckons it.
    const norm = outputs.gradientNorm === undefined ? null : (floats(outputs, 'gradientNorm')[0] as number);
    if (norm !== null && !Number.isFinite(norm)) throw stop(`the norm of its gradients is ${norm}`);
    checkpoint.step = place.update;
    row.steps += 1;
    row.norms = norm === null || row.norms === null ? null : row.norms + norm;
    run.halfway = false;
    const last = row.steps === round.end - round.start;
    // A round without validation ends here, with a checkpoint of its own.
    if ((options.keeps ?? true) && keeper.due(place.update) && !(last && options.validation === null)) {
      clock();
      checkpoint.state = await training.read();
      assertNumbers(run, rows);
      await keeper.write(checkpoint);
      checkpoint.state = {};
    }
    await meter.advance(seen);
    seen = 0;
  }
  const rate = rateOf(round.end);
  return optimizer.component.learningRate?.(round.end, { ...optimizer.params, learningRate: rate }) ?? rate;
}

/** The learning rate of an update, as the schedule has it. */
const rateAt = ({ train, block, optimizer, schedule }: FitOptions, update: number): number =>
  learningRateAt(update - 1, updates(train.items, block), optimizer.params.learningRate, schedule);

/** Throws `training-diverged` where the state that was just read holds what is no number: no checkpoint ever does. */
function assertNumbers(run: Running, rows: readonly number[]): void {
  const { checkpoint, options } = run;
  const name = notFinite(checkpoint.state);
  if (name === null) return;
  checkpoint.state = {};
  const epoch = Math.ceil(checkpoint.step / updatesPerPass(options.train.items, options.block)) - 1;
  throw stopped(run, `${name} holds values that are no numbers`, { epoch, update: checkpoint.step, rows });
}

function stopped(
  { options, keeper }: Running,
  what: string,
  at: { epoch: number; update: number; rows: readonly number[] },
): IchorError {
  const { stage, block, train, index } = options;
  const learningRate = rateAt(options, at.update);
  return diverged(what, { stage, block, items: train.items, index, learningRate, kept: keeper.kept, ...at });
}

/** Puts its figures into the row, and says how many slices it has looked at. */
async function validateRound(run: Running, row: EpochRow): Promise<number> {
  const { options, score, checkpoint, keeper, meter } = run;
  const { validation, index, block, bestBy, stopBy, context } = options;
  if (!validation) return 0;
  meter.note = `${placeText(options, row.epoch, updatesBehind(options, row))}, validation`;
  const { scored, ...figures } = await validate(score, validation, index, block.batch, (items) => {
    context.signal.throwIfAborted();
    return meter.advance(items);
  });
  row.validation = figures;
  if (!Number.isFinite(figures.loss)) {
    const at = { epoch: Math.ceil(row.epoch) - 1, update: checkpoint.step, rows: [] };
    throw stopped(run, `the loss on validation is ${figures.loss}`, at);
  }
  const stopping = stopBy?.evaluate(scored);
  if (stopBy && stopping) row.stopping = { name: stopBy.name, value: stopping.value, better: stopping.better };
  if (!bestBy) return scored.length;
  const { value, better } = bestBy.evaluate(scored);
  row.metric = { name: bestBy.name, value };
  const before = checkpoint.history.find(({ epoch }) => epoch === checkpoint.best?.epoch)?.metric?.value ?? null;
  if (value === null) return scored.length;
  if (before !== null && (better === 'lower' ? value >= before : value <= before)) return scored.length;
  // Written before the checkpoint that names it: an interruption between the two repeats the epoch, and writes the same.
  const best = { epoch: row.epoch, step: checkpoint.step };
  if (options.keeps ?? true) await keeper.writeBest(checkpoint, best, weightsOf(checkpoint.state, keptOf(options)));
  checkpoint.best = best;
  return scored.length;
}
