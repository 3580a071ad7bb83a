import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stream } from '../../../src/random.ts';
import type { BackboneTrainBlock, ComponentValue, TrainBlock } from '../../../src/registry/recipe.ts';
import type { ShardReader } from '../../../src/runtime/artifacts/shards.ts';
import type { SliceRow } from '../../../src/runtime/artifacts/slices.ts';
import type { Engine, Tensors } from '../../../src/runtime/engine/engine.ts';
import { augmentations } from '../../../src/runtime/train/augment.ts';
import type { ChannelWindows } from '../../../src/runtime/train/channel-windows.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { sampling } from '../../../src/runtime/train/drawn-slices.ts';
import type { FitOptions } from '../../../src/runtime/train/fit.ts';
import { scheduleOf } from '../../../src/runtime/train/learning-rate.ts';
import { backboneNetwork } from '../../../src/runtime/train/network.ts';
import { trainingFeed, validationFeed } from '../../../src/runtime/train/slice-feed.ts';
import { registry, sliceRow } from './fixture.ts';

export const SIZE = 16;

/** Noisy images of 16 px: bright where the slice's number is odd, dark where it is even. */
export function toyReader(
  names: readonly string[],
  doubts: ReturnType<ShardReader['doubts']> = new Map(),
): ShardReader {
  return {
    size: SIZE,
    channels: ['brain'],
    slices: names,
    async read(slices) {
      const images = new Uint8Array(slices.length * SIZE * SIZE);
      slices.forEach((slice, i) => {
        const random = stream(0, 'toy', slice);
        const level = Number(slice.slice(1)) % 2 === 1 ? 150 : 80;
        for (let k = 0; k < SIZE * SIZE; k++) images[i * SIZE * SIZE + k] = level + random.between(-30, 30);
      });
      return images;
    },
    pixels: () => [],
    doubts: () => doubts,
    close: async () => {},
  };
}

export const block: BackboneTrainBlock = {
  epochs: 3,
  batch: 4,
  accumulate: 1,
  ema: 'none',
  stepsPerEpoch: null,
  validateEvery: null,
  precision: 'float32',
  checkpoint: 'last',
  earlyStopping: null,
  optimizer: {
    type: 'adam',
    learningRate: 0.01,
    clipNorm: 10,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    schedule: { type: 'constant', warmUp: 0 },
  },
  loss: { type: 'binary-cross-entropy', reduction: 'sum-over-labels' },
  sampler: { type: 'uniform' },
  mixup: 'none',
};

export const backbone = { type: 'small-cnn', width: 0.25, blocks: 1, weights: 'none', batchNorm: 'trained' };

export const temporary = () => mkdtemp(join(tmpdir(), 'ichor-train-'));

/** A context that notes its progress and stops where the signal says so, as the run's own does. */
export function toyContext(folder: string, seen: (done: number, total: number) => void = () => {}) {
  const abort = new AbortController();
  const notes: string[] = [];
  return {
    folder,
    abort,
    notes,
    signal: abort.signal,
    emit: (event: { type: string; message?: string }) => {
      if (event.message) notes.push(event.message);
    },
    async progress(done: number, total: number) {
      seen(done, total);
      abort.signal.throwIfAborted();
    },
  };
}

/** `train` slices to learn from and `validation` to measure on, for the network above. */
export function toyFit(
  engine: Engine,
  context: ReturnType<typeof toyContext>,
  {
    train = 14,
    validation = 6,
    sampler = { type: 'uniform' },
    windows,
    ...changes
  }: Partial<TrainBlock> & {
    train?: number;
    validation?: number;
    sampler?: ComponentValue;
    windows?: ChannelWindows;
  } = {},
): FitOptions {
  const index = Array.from({ length: train + validation }, (_, i): SliceRow => {
    return sliceRow('s', i, i % 2 === 1 ? 1 : 0);
  });
  const reader = toyReader(index.map(({ slice }) => slice));
  const chosen = choose(registry, 'backbone', backbone);
  const plain = (batch: Tensors) => ({ images: engine.tf.cast(batch.images!, 'float32') });
  const rows = index.map((_, row) => row);
  const full = { ...block, ...changes };
  return {
    stage: 'backbone',
    unit: 'slices',
    engine,
    network: backboneNetwork(chosen.component, chosen.params, {
      size: SIZE,
      channels: 1,
      ...(windows ? { windows } : {}),
    }),
    batchNorm: 'trained',
    loss: choose(registry, 'loss', full.loss),
    optimizer: choose(registry, 'optimizer', full.optimizer),
    schedule: scheduleOf(registry, full.optimizer),
    inputs: plain,
    plainInputs: plain,
    seed: 7,
    block: full,
    index,
    train: trainingFeed({
      reader,
      index,
      drawn: sampling(choose(registry, 'sampler', sampler), { index, rows: rows.slice(0, train), seed: 7 }),
      augment: augmentations([], { seed: 7, size: SIZE }),
    }),
    validation: validation > 0 ? validationFeed({ reader, index, rows: rows.slice(train), counts: () => true }) : null,
    bestBy: null,
    stopBy: null,
    context,
  };
}
