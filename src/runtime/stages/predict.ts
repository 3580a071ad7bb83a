import { LABELS } from '../../labels.ts';
import type { Side } from '../../registry/kinds.ts';
import { openEmbeddings } from '../artifacts/embeddings.ts';
import { type PredictionRow, writeLogits, writePredictions } from '../artifacts/predictions.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import { readNetwork, readWeights } from '../artifacts/weights.ts';
import type { LedgerNote } from '../ledger.ts';
import type { Stage, StageContext } from '../stage.ts';
import { choose } from '../train/components.ts';
import { asState, floats } from '../train/names.ts';
import { type Network, predictionLayer, sequenceNetwork } from '../train/network.ts';
import { prefetch } from '../train/prefetch.ts';
import { type StandIn, seriesRows, standIns } from '../train/series.ts';
import { inferenceStep } from '../train/step.ts';
import { sigmoid } from '../train/validate.ts';
import { inputFolder } from './inputs.ts';

const WIDTH = LABELS.length;

/**
 * predict: six probabilities of every slice of the index, labelled or not, from the embeddings: `backbone` through the
 * backbone's prediction layer (no picture is looked at twice), `sequence` through the sequence network. A slice without
 * pixels has an interpolated embedding. Where a series has no pixels at all, the constant predictor answers. Both are
 * said in `how` and in the ledger.
 */
export const predictStage: Stage = {
  name: 'predict',
  version: 1,
  engine: true,
  async run(context) {
    const model = context.instance === 'sequence' ? 'sequence' : 'backbone';
    const index = await readSlices(inputFolder(context, 'index'));
    const { logits, without } = await bySeries(context, model, index);
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

/** The network that turns a series of embeddings `[1, steps, width]` into logits: of the backbone only its last layer. */
function networkOf({ recipe, registry }: StageContext, model: 'backbone' | 'sequence', width: number): Network {
  if (model === 'backbone') return predictionLayer(width);
  if (recipe.sequence === 'none') throw new TypeError('this recipe has no sequence network to predict with');
  const { component, params } = choose(registry, 'sequence', recipe.sequence);
  return sequenceNetwork(component, params, { embedding: width });
}

/** Each series by itself and whole: nothing beside it can change its bytes. */
async function bySeries(
  context: StageContext,
  model: 'backbone' | 'sequence',
  index: readonly SliceRow[],
): Promise<Predicted> {
  const { signal, progress } = context;
  const embeddings = await openEmbeddings(inputFolder(context, 'embed'));
  try {
    const network = networkOf(context, model, embeddings.width);
    const engine = await context.engine();
    const weights = asState(await readWeights(inputFolder(context, model)));
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
    const embedded = embeddings.rows.map(({ how }) => how === 'embedded');
    return { logits, without: standIns(index, embedded) };
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
