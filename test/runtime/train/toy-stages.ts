import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stream } from '../../../src/random.ts';
import type { ComponentValue, TrainBlock } from '../../../src/registry/recipe.ts';
import { removeCheckpoints } from '../../../src/runtime/artifacts/checkpoints.ts';
import { writeHistory } from '../../../src/runtime/artifacts/history.ts';
import { writeSafetensors } from '../../../src/runtime/artifacts/safetensors.ts';
import { toStored } from '../../../src/runtime/artifacts/weights.ts';
import type { Engine } from '../../../src/runtime/engine/engine.ts';
import { augmentations } from '../../../src/runtime/train/augment.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { sampling } from '../../../src/runtime/train/drawn-slices.ts';
import { type FitOptions, fitNetwork } from '../../../src/runtime/train/fit.ts';
import { groupsOf } from '../../../src/runtime/train/groups.ts';
import { liveVectors } from '../../../src/runtime/train/live-vectors.ts';
import { withMixup } from '../../../src/runtime/train/mixup.ts';
import { jointParts, sequenceParts } from '../../../src/runtime/train/recipe-parts.ts';
import { runFeed } from '../../../src/runtime/train/run-feed.ts';
import { sequenceReader } from '../../../src/runtime/train/sequence-reader.ts';
import { seriesFeed } from '../../../src/runtime/train/series-feed.ts';
import { sliceFeatures } from '../../../src/runtime/train/slice-features.ts';
import { trainingFeed } from '../../../src/runtime/train/slice-feed.ts';
import { common, registry, sliceRow, windows } from './fixture.ts';
import { backbone, block, SIZE, toyContext, toyFit, toyReader } from './toy.ts';

/** `mixed`: a backbone that is shown the same slices again and again in an epoch, each mixed with another. */
export type ToyStage = 'backbone' | 'mixed' | 'sequence' | 'end-to-end';

/** Updates of each, over three rounds with a validation each. */
export const TOY_UPDATES = 12;

/** A backbone that sees augmented slices, with the best epoch kept. */
function backboneFit(
  engine: Engine,
  context: FitOptions['context'],
  checkpoint: TrainBlock['checkpoint'],
  { sampler = { type: 'uniform' } as ComponentValue, alpha = null as number | null } = {},
): FitOptions {
  const options = toyFit(engine, context as ReturnType<typeof toyContext>, { checkpoint });
  const { index } = options;
  const reader = toyReader(index.map(({ slice }) => slice));
  const flips = augmentations([choose(registry, 'augmentation', { type: 'flip-horizontal', probability: 0.5 })], {
    seed: 7,
    size: SIZE,
  });
  const mixed = alpha === null ? null : withMixup(flips, { alpha, seed: 7 });
  const augment = mixed ?? flips;
  const rows = index.map((_, row) => row).slice(0, 14);
  return {
    ...options,
    inputs: (batch) => ({ images: augment.apply(engine, options.plainInputs(batch).images!, batch) }),
    ...(mixed === null ? {} : { labels: (batch) => mixed.labels(engine.tf, batch) }),
    train: trainingFeed({
      reader,
      index,
      drawn: sampling(choose(registry, 'sampler', sampler), { index, rows, seed: 7 }),
      augment,
    }),
  };
}

/** The same of which nine in ten slices are positive, so that each comes several times, mixed. */
const mixedFit: typeof backboneFit = (...of) =>
  backboneFit(...(of.slice(0, 3) as [Engine, FitOptions['context'], TrainBlock['checkpoint']]), {
    sampler: { type: 'balanced', label: 'any', share: 0.9 },
    alpha: 1,
  });

/** A sequence model with dropout over random pieces of series, in rounds that no pass ends. */
function sequenceFit(engine: Engine, context: FitOptions['context'], checkpoint: TrainBlock['checkpoint']): FitOptions {
  const index = 'abcdefgh'.split('').flatMap((series) => [0, 1, 2, 3].map((i) => sliceRow(series, i, i % 2 ? 1 : 0)));
  const vectors = {
    width: 3,
    read: async (rows: readonly number[]) =>
      Float32Array.from(rows.flatMap((row) => [row % 2, stream(0, 'toy', row).uniform(), 1])),
  };
  const value = {
    type: 'bi-lstm',
    layers: 1,
    cells: 2,
    dropout: 0.3,
    ...common,
    steps: 3,
    training: 'random-chunks' as const,
  };
  const { epochs: _, ...stated } = block;
  const train = { ...stated, updates: TOY_UPDATES, validateEvery: 4, batch: 2, checkpoint };
  const recipe = { seed: 5, train: { sequence: { ...train, embeddings: 'in-sample' } } };
  const groups = groupsOf(index, 'series');
  const { parts } = sequenceParts({ recipe: recipe as never, registry, value }, vectors.width);
  const reader = sequenceReader({ vectors, index, common: value, seed: 5 });
  const feed = (of: typeof groups) => seriesFeed({ reader, groups: of, batch: 2, counts: () => true });
  return {
    ...parts(engine),
    index,
    train: feed(groups.slice(0, 5)),
    validation: feed(groups.slice(5)),
    bestBy: null,
    stopBy: null,
    context,
  };
}

/** Both as one, augmented, with an average of the weights; validated on whole series, as the stage does. */
function jointFit(engine: Engine, context: FitOptions['context'], checkpoint: TrainBlock['checkpoint']): FitOptions {
  const index = 'abcdefgh'.split('').flatMap((series) => [0, 1, 2, 3].map((i) => sliceRow(series, i, i % 2 ? 1 : 0)));
  const { epochs: _, ...stated } = block;
  const endToEnd = {
    ...stated,
    updates: TOY_UPDATES,
    validateEvery: 4,
    batch: 2,
    ema: { decay: 0.9, warmUp: true },
    checkpoint,
    from: 'scratch',
    slices: 3,
    batchNorm: 'trained',
    sliceLoss: 0.5,
  };
  const recipe = {
    seed: 5,
    channels: [{ window: 'brain' }],
    windows,
    augment: [{ type: 'flip-horizontal', probability: 0.5 }],
    backbone,
    sequence: { type: 'bi-lstm', layers: 1, cells: 2, dropout: 0.3, ...common },
    train: { backbone: block, sequence: block, endToEnd },
  };
  const reader = toyReader(index.map(({ slice }) => slice));
  const made = jointParts(engine, { recipe: recipe as never, registry }, { size: SIZE, channels: 1 });
  const { network, sequence, head, parts, augment } = made;
  const live = liveVectors({ engine, backbone: network, sequence, loss: parts.loss, reader, index, standIns: [] });
  const groups = groupsOf(index, 'series');
  return {
    ...parts,
    index,
    train: runFeed({
      reader,
      index,
      groups: groups.slice(0, 5),
      slices: endToEnd.slices,
      batch: endToEnd.batch,
      seed: recipe.seed,
      counts: () => true,
      augment,
      features: sliceFeatures(head.params.features, index),
      padsPictures: false,
    }),
    validation: seriesFeed({
      reader: sequenceReader({ vectors: live.vectors, index, common: head.params, seed: recipe.seed }),
      groups: groups.slice(5),
      batch: 2,
      counts: () => true,
    }),
    score: live.score,
    bestBy: null,
    stopBy: null,
    context,
  };
}

/** The lowest loss of validation, without a metric's component. */
const bestBy: FitOptions['bestBy'] = {
  name: 'toy',
  evaluate: (scored) => ({ value: scored[0]?.logits[0] ?? null, better: 'lower' }),
};

export const ARTIFACT = ['weights.safetensors', 'history.json'] as const;

/**
 * Trains a stage's network in a folder and leaves its artifact there, as a stage does. Hands back what it said.
 * @param everySteps null: a checkpoint after each round alone.
 * @param seen after each batch; what it throws ends the training as a crash does, and nothing is put away.
 * @param signal stops it as a user does.
 */
export async function trainToy(
  engine: Engine,
  stage: ToyStage,
  folder: string,
  { everySteps, seen = () => {}, signal }: { everySteps: number | null; seen?: () => void; signal?: AbortSignal },
): Promise<string[]> {
  const toy = toyContext(folder, seen);
  const context =
    signal === undefined
      ? toy
      : {
          ...toy,
          signal,
          async progress(done: number, total: number) {
            await toy.progress(done, total);
            await nextTurn();
            signal.throwIfAborted();
          },
        };
  const best = stage === 'sequence' ? {} : { best: 'toy' };
  const last = stage === 'sequence' ? 'last' : { best: 'toy' };
  const checkpoint = everySteps === null ? last : { ...best, everySteps };
  const fits = { backbone: backboneFit, mixed: mixedFit, sequence: sequenceFit, 'end-to-end': jointFit };
  const options = fits[stage](engine, context, checkpoint);
  const slicewise = stage === 'backbone' || stage === 'mixed';
  const { weights, history } = await fitNetwork({ ...options, bestBy: slicewise ? bestBy : null });
  await removeCheckpoints(folder);
  await writeSafetensors(join(folder, 'weights.safetensors'), toStored(weights));
  await writeHistory(folder, history);
  return toy.notes;
}
