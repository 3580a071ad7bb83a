import { setImmediate as nextTurn } from 'node:timers/promises';
import { rm } from '../../files/fs.ts';
import { temporaryFolder } from '../../files/temporary.ts';
import { LABELS, type SliceLabels } from '../../labels.ts';
import { stream } from '../../random.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Engine, HostTensor } from '../engine/engine.ts';
import type { Emit } from '../events.ts';
import { choose } from '../train/components.ts';
import { furtherBackbones } from '../train/crossfit.ts';
import type { Feed } from '../train/feed.ts';
import { type FitOptions, fitNetwork } from '../train/fit.ts';
import { chunkSize } from '../train/image-chunks.ts';
import { initialise } from '../train/layers/initialise.ts';
import { asState } from '../train/names.ts';
import { inputWidth } from '../train/network.ts';
import { backboneParts, sequenceParts } from '../train/recipe-parts.ts';
import { inferenceStep } from '../train/step.ts';

/** Seconds that one item (an image, or a group of slices) takes in a step, on the machine that measured. */
export interface MeasuredSpeed {
  /** Forward, backward and the optimizer, in the recipe's batch. */
  training: number;
  /** Forward alone, in embed's chunks; null where nothing of the kind is a stage of its own. */
  inference: number | null;
}

export interface Measured {
  /** Null: the recipe has no such network, or it was not asked for. */
  backbone: MeasuredSpeed | null;
  sequence: MeasuredSpeed | null;
  /** The most memory that this process has held: what training takes, once steps were measured. */
  peakBytes: number;
}

/** Steps whose time counts: enough of them for so long, two of a large network's. The one before them starts the engine's threads and pools. */
const LEAST = 2;
const MOST = 50;
const ENOUGH_MS = 3000;

/** Whether the steps that ended at these times are enough. */
const isEnough = (ended: readonly number[]): boolean => {
  const steps = ended.length - 1;
  return steps >= MOST || (steps >= LEAST && (ended.at(-1) as number) - (ended[0] as number) >= ENOUGH_MS);
};

/** Of one step, the one before the first not counted. */
const secondsOf = (ended: readonly number[]): number =>
  ((ended.at(-1) as number) - (ended[0] as number)) / 1000 / (ended.length - 1);

/**
 * Times some training steps of a recipe's networks on random input, from random weights: the steps that a run makes, at its
 * size, batch and augmentations. Takes the memory of a run, and seconds to minutes. Leaves nothing behind.
 * @param wanted which networks.
 */
export async function measureNetworks(
  { recipe, registry }: { recipe: ResolvedRecipe; registry: Registry },
  wanted: ReadonlySet<'backbone' | 'sequence'>,
  { engine, emit, signal }: { engine: Engine; emit: Emit; signal: AbortSignal },
): Promise<Measured> {
  const timing: Timing = { recipe, registry, engine, emit, signal };
  const backbone = wanted.has('backbone') ? await measureBackbone(timing) : null;
  const sequence = wanted.has('sequence') ? await measureSequence(timing) : null;
  // The system's own figure: an eager step blocks the thread that would look.
  return { backbone, sequence, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

interface Timing {
  recipe: ResolvedRecipe;
  registry: Registry;
  engine: Engine;
  emit: Emit;
  signal: AbortSignal;
}

async function measureBackbone(timing: Timing): Promise<MeasuredSpeed | null> {
  const { recipe, registry, engine, signal } = timing;
  if (recipe.backbone === 'none') return null;
  const image = { size: recipe.data.image.size, channels: recipe.channels.length };
  const { network, augment, parts } = backboneParts(engine, { recipe, registry, value: recipe.backbone }, image);
  const images = (count: number): HostTensor => ({
    shape: [count, image.size, image.size, image.channels],
    dtype: 'int32',
    data: randomBytes(count * image.size ** 2 * image.channels),
  });
  const training = await trainingSeconds(timing, parts, {
    async load(items, epoch) {
      const drawn = augment.draw(items.map(String), epoch ?? 0);
      return { tensors: { images: images(items.length), ...drawn }, slices: items, counts: items.map(() => true) };
    },
  });
  const chunk = chunkSize(image.size);
  const state = engine.state(asState(initialise(network.spec, 0)), 'inference');
  const step = engine.compile(inferenceStep(engine, network, 'embedding'), state);
  try {
    const run = async () => {
      await nextTurn();
      signal.throwIfAborted();
      await step.run({ images: images(chunk) });
    };
    const ended: number[] = [];
    do {
      await run();
      ended.push(performance.now());
    } while (!isEnough(ended));
    return { training, inference: secondsOf(ended) / chunk };
  } finally {
    step.dispose();
    state.dispose();
  }
}

async function measureSequence(timing: Timing): Promise<MeasuredSpeed | null> {
  const { recipe, registry, engine } = timing;
  if (recipe.sequence === 'none') return null;
  const backbones = recipe.backbone === 'none' ? [] : [recipe.backbone, ...furtherBackbones(recipe)];
  const size = { size: recipe.data.image.size, channels: recipe.channels.length };
  const embedding = backbones
    .map((value) => backboneParts(engine, { recipe, registry, value }, size).network.spec.width)
    .reduce((sum, width) => sum + width, 0);
  const { component, params } = choose(registry, 'sequence', recipe.sequence);
  const width = inputWidth(component, params, embedding);
  const { network, parts } = sequenceParts({ recipe, registry, value: recipe.sequence }, width);
  if (network.spec.weights.length === 0) return null;
  // Steps of training are padded to the longest group, which on RSNA is as long as the recipe lets it be.
  const length = params.group === 'slice' ? 1 : params.steps;
  const training = await trainingSeconds(timing, parts(engine), {
    async load(items) {
      const slices = items.flatMap((item) => new Array<number>(length).fill(item));
      const random = stream(0, 'measure', ...items);
      const embeddings = Float32Array.from({ length: slices.length * width }, () => random.uniform());
      const mask = new Float32Array(slices.length).fill(1);
      return {
        tensors: {
          embeddings: { shape: [items.length, length, width], dtype: 'float32', data: embeddings },
          mask: { shape: [items.length, length], dtype: 'float32', data: mask },
        },
        slices,
        counts: slices.map(() => true),
      };
    },
  });
  return { training, inference: null };
}

/** Seconds an item of a training that is interrupted after some steps, before it would write a checkpoint. */
async function trainingSeconds(
  { emit, signal }: Timing,
  parts: Omit<FitOptions, 'index' | 'train' | 'validation' | 'bestBy' | 'stopBy' | 'context'>,
  { load }: Pick<Feed, 'load'>,
): Promise<number> {
  const { stage, block } = parts;
  const { updates: _, ...once } = block;
  const enough = new AbortController();
  const folder = await temporaryFolder('ichor-measure-');
  const ended: number[] = [];
  const items = (MOST + 2) * block.batch;
  try {
    await fitNetwork({
      ...parts,
      block: {
        ...once,
        epochs: 1,
        accumulate: 1,
        stepsPerEpoch: null,
        validateEvery: null,
        checkpoint: 'last',
        earlyStopping: null,
      },
      index: Array.from({ length: items }, () => LABELLED),
      train: { items, load },
      validation: null,
      bestBy: null,
      stopBy: null,
      keeps: false,
      context: {
        folder,
        signal: AbortSignal.any([signal, enough.signal]),
        emit,
        async progress(done) {
          if (done > 0) ended.push(performance.now());
          emit({ type: 'progress', stage, done: ended.length, total: LEAST + 1, unit: 'steps', note: 'measuring' });
          if (isEnough(ended)) enough.abort();
          // A signal is heard between two turns of the loop, and an eager step gives it none.
          await nextTurn();
        },
      },
    });
  } catch (error) {
    if (!enough.signal.aborted || signal.aborted) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return secondsOf(ended) / block.batch;
}

/** No network is faster on black pictures, and none should seem so. */
function randomBytes(length: number): Uint8Array {
  const random = stream(0, 'measure');
  return Uint8Array.from({ length }, () => random.integer(256));
}

const LABELLED = {
  slice: '',
  series: '',
  study: '',
  patient: '',
  group: '',
  file: '',
  set: 'train',
  order: 0,
  positionMm: null,
  spacingMm: null,
  format: '12u',
  rows: 0,
  columns: 0,
  bytes: 0,
  headerHash: '',
  labels: Object.fromEntries(LABELS.map((label) => [label, 1])) as SliceLabels,
} as const satisfies FitOptions['index'][number];
