import { LABELS } from '../../labels.ts';
import type { Side } from '../../registry/kinds.ts';
import { openEmbeddings } from '../artifacts/embeddings.ts';
import { type PredictionRow, writeLogits, writePredictions } from '../artifacts/predictions.ts';
import { openShards } from '../artifacts/shards.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import { readNetwork, readWeights } from '../artifacts/weights.ts';
import type { LedgerNote } from '../ledger.ts';
import type { Stage, StageContext } from '../stage.ts';
import { choose } from '../train/components.ts';
import { chunkTensor, imageChunks, readableRows } from '../train/image-chunks.ts';
import { asState, floats } from '../train/names.ts';
import { backboneNetwork, sequenceNetwork } from '../train/network.ts';
import { prefetch } from '../train/prefetch.ts';
import { blend, type StandIn, seriesRows, standIns } from '../train/series.ts';
import { inferenceStep } from '../train/step.ts';
import { sigmoid } from '../train/validate.ts';
import { inputFolder } from './inputs.ts';

const WIDTH = LABELS.length;

/**
 * predict: six probabilities of every slice of the index, labelled or not. A slice without pixels is interpolated: the
 * backbone's logits from those of its neighbours, the sequence network's by the interpolated embedding it is given.
 * Where a series has no pixels at all, the constant predictor answers. Both are said in `how` and in the ledger.
 */
export const predictStage: Stage = {
  name: 'predict',
  version: 1,
  engine: true,
  async run(context) {
    const model = context.instance === 'sequence' ? 'sequence' : 'backbone';
    const index = await readSlices(inputFolder(context, 'index'));
    const { logits, without } = await (model === 'sequence' ? bySequence : byBackbone)(context, index);
    const { prevalence } = await readNetwork(inputFolder(context, model));
    for (const { row, from } of without) {
      if (from.length === 0)
        logits.set(
          prevalence.map((share) => Math.log(share / (1 - share))),
          row * WIDTH,
        );
    }
    const sides = await sidesOf(context, model);
    const interpolated = new Set(without.map(({ row }) => row));
    const rows = index.map(
      ({ slice, series, patient, order }, row): PredictionRow => ({
        slice,
        series,
        patient,
        order,
        side: sides?.[row] ?? 'test',
        how: interpolated.has(row) ? 'interpolated' : 'predicted',
        probabilities: Array.from(logits.subarray(row * WIDTH, (row + 1) * WIDTH), sigmoid),
      }),
    );
    await writePredictions(context.folder, rows);
    await writeLogits(context.folder, logits);
    return { stage: `predict:${model}`, leftOut: [], notes: without.map((one) => noteOf(index, one)) };
  },
};

/** Logits `[slices, 6]` and the slices that have no pixels. */
interface Predicted {
  logits: Float32Array;
  without: StandIn[];
}

async function byBackbone(context: StageContext, index: readonly SliceRow[]): Promise<Predicted> {
  const { recipe, registry, signal, progress } = context;
  if (recipe.backbone === 'none') throw new TypeError('this recipe has no backbone to predict with');
  const { component, params } = choose(registry, 'backbone', recipe.backbone);
  const reader = await openShards(inputFolder(context, 'shards'));
  try {
    const readable = readableRows(index, reader);
    const network = backboneNetwork(component, params, { size: reader.size, channels: reader.channels.length });
    const engine = await context.engine();
    const weights = asState(await readWeights(inputFolder(context, 'backbone')));
    const step = engine.compile(inferenceStep(engine, network, 'logits'), weights);
    const logits = new Float32Array(index.length * WIDTH);
    const total = readable.filter(Boolean).length;
    let done = 0;
    try {
      const load = async (rows: readonly number[]) => ({ rows, images: await chunkTensor(reader, index, rows) });
      for await (const { rows, images } of prefetch(imageChunks(index, readable), load)) {
        signal.throwIfAborted();
        const found = floats(await step.run({ images }), 'logits');
        for (const [place, row] of rows.entries()) {
          logits.set(found.subarray(place * WIDTH, (place + 1) * WIDTH), row * WIDTH);
        }
        done += rows.length;
        await progress(done, total, 'slices');
      }
    } finally {
      step.dispose();
    }
    const without = standIns(index, readable);
    for (const { row, from } of without) {
      const vectors = from.map((neighbour) => logits.slice(neighbour.row * WIDTH, (neighbour.row + 1) * WIDTH));
      if (from.length > 0)
        logits.set(
          blend(
            vectors,
            from.map(({ weight }) => weight),
          ),
          row * WIDTH,
        );
    }
    return { logits, without };
  } finally {
    await reader.close();
  }
}

/** Each series by itself and whole: nothing beside it can change its bytes. */
async function bySequence(context: StageContext, index: readonly SliceRow[]): Promise<Predicted> {
  const { recipe, registry, signal, progress } = context;
  if (recipe.sequence === 'none') throw new TypeError('this recipe has no sequence network to predict with');
  const { component, params } = choose(registry, 'sequence', recipe.sequence);
  const embeddings = await openEmbeddings(inputFolder(context, 'embed'));
  try {
    const network = sequenceNetwork(component, params, { embedding: embeddings.width });
    const engine = await context.engine();
    const weights = asState(await readWeights(inputFolder(context, 'sequence')));
    const step = engine.compile(inferenceStep(engine, network, 'logits'), weights);
    const logits = new Float32Array(index.length * WIDTH);
    try {
      const load = async ({ from, to }: { from: number; to: number }) => ({
        from,
        to,
        data: await embeddings.read(from, to),
      });
      for await (const { from, to, data } of prefetch(seriesRows(index), load)) {
        signal.throwIfAborted();
        const steps = to - from;
        const outputs = await step.run({
          embeddings: { shape: [1, steps, embeddings.width], dtype: 'float32', data },
          mask: { shape: [1, steps], dtype: 'float32', data: new Float32Array(steps).fill(1) },
        });
        logits.set(floats(outputs, 'logits'), from * WIDTH);
        await progress(to, index.length, 'slices');
      }
    } finally {
      step.dispose();
    }
    return {
      logits,
      without: standIns(
        index,
        embeddings.rows.map(({ how }) => how === 'embedded'),
      ),
    };
  } finally {
    await embeddings.close();
  }
}

/** Null where the plan has no split: a trained run's networks on a folder of their own, all of it test. */
async function sidesOf(context: StageContext, model: 'backbone' | 'sequence'): Promise<Side[] | null> {
  if (!context.inputs.has('split')) return null;
  return (await readSplit(inputFolder(context, 'split'))).map((row) => row[model]);
}

function noteOf(index: readonly SliceRow[], { row, from }: StandIn): LedgerNote {
  const slice = (at: number) => (index[at] as SliceRow).slice;
  const message =
    from.length > 0
      ? `Its pixels could not be read: predicted by interpolation from ${from.map((one) => slice(one.row)).join(' and ')}.`
      : 'No slice of its series could be read: the share of each label in training stands in for a prediction.';
  return {
    item: slice(row),
    what: 'slice',
    reason: from.length > 0 ? 'interpolated' : 'constant-prediction',
    message,
    kind: 'warning',
  };
}
