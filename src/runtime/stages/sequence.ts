import { removeCheckpoints } from '../artifacts/checkpoints.ts';
import { openEmbeddings } from '../artifacts/embeddings.ts';
import { readHistory, writeHistory } from '../artifacts/history.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import { writeWeights } from '../artifacts/weights.ts';
import type { Tensors } from '../engine/engine.ts';
import type { Stage, StageContext } from '../stage.ts';
import { choose } from '../train/components.ts';
import { prevalence } from '../train/feed.ts';
import { fitNetwork } from '../train/fit.ts';
import { sequenceNetwork } from '../train/network.ts';
import { seriesRows } from '../train/series.ts';
import { seriesFeed } from '../train/series-feed.ts';
import { summarise } from '../train/summary.ts';
import { bestBy } from '../train/validate.ts';
import { inputFolder, labelledOn, nothingToTrain, trainingLedger } from './inputs.ts';

/**
 * sequence: trains the network of series on the embeddings of series with a labelled slice of side `train`. Slices
 * without pixels are steps like any other (their vectors are interpolated) and count in no loss.
 * `weights.safetensors`, `network.json`, `history.json`; checkpoints only until it is finished.
 */
export const sequenceStage: Stage = {
  name: 'sequence',
  version: 1,
  engine: true,
  async run(context) {
    // `history.json` is written last: with it only the move into the store is left.
    if ((await readHistory(context.folder)) === null) await train(context);
    await removeCheckpoints(context.folder);
    return trainingLedger('sequence');
  },
};

async function train(context: StageContext): Promise<void> {
  const { recipe, registry, folder } = context;
  if (recipe.sequence === 'none') throw new TypeError('this recipe has no sequence network to train');
  const index = await readSlices(inputFolder(context, 'index'));
  const sides = (await readSplit(inputFolder(context, 'split'))).map((row) => row.sequence);
  const embeddings = await openEmbeddings(inputFolder(context, 'embed'));
  try {
    const block = recipe.train.sequence;
    const labelled = labelledOn(index, sides, 'train');
    const hasPixels = (row: number) => embeddings.rows[row]?.how === 'embedded';
    const trained = new Set(labelled.filter(hasPixels));
    const validated = new Set(labelledOn(index, sides, 'validation').filter(hasPixels));
    const holding = (rows: ReadonlySet<number>) =>
      seriesRows(index).filter(({ from, to }) => {
        for (let row = from; row < to; row++) if (rows.has(row)) return true;
        return false;
      });
    const series = holding(trained);
    if (series.length === 0)
      throw nothingToTrain('sequence', 'no series on the training side has a labelled slice with pixels');
    const validation = holding(validated);
    const chosen = choose(registry, 'sequence', recipe.sequence);
    const network = sequenceNetwork(chosen.component, chosen.params, { embedding: embeddings.width });
    const best = block.checkpoint === 'last' ? null : bestBy(block.checkpoint.best, { recipe, registry, index });
    const inputs = ({ embeddings: vectors, mask }: Tensors) => ({ embeddings: vectors!, mask: mask! });
    const parts = { embeddings, steps: chosen.params.steps, batch: block.batch };
    const fitted = await fitNetwork({
      stage: 'sequence',
      unit: 'series',
      engine: await context.engine(),
      network,
      batchNorm: 'trained',
      loss: choose(registry, 'loss', block.loss),
      optimizer: choose(registry, 'optimizer', block.optimizer),
      inputs,
      plainInputs: inputs,
      seed: recipe.seed,
      block,
      index,
      train: seriesFeed({ ...parts, series, counts: (row) => trained.has(row) }),
      validation:
        validation.length > 0
          ? seriesFeed({ ...parts, series: validation, counts: (row) => validated.has(row) })
          : null,
      bestBy: best,
      context,
    });
    const summary = summarise('sequence', chosen, network, {
      recipe,
      embedding: embeddings.width,
      image: null,
      prevalence: prevalence(index, labelled),
      trainedSlices: trained.size,
      epoch: fitted.epoch,
    });
    await writeWeights(folder, fitted.weights, summary);
    await writeHistory(folder, fitted.history);
  } finally {
    await embeddings.close();
  }
}
