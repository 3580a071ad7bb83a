import { itemsPerUpdate } from '../../registry/budget/items-per-update.ts';
import { backboneSeed, type ComponentValue } from '../../registry/recipe.ts';
import { removeCheckpoints } from '../artifacts/checkpoints.ts';
import { readHistory, writeHistory } from '../artifacts/history.ts';
import { openShards } from '../artifacts/shards.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import { readNetwork, writeWeights } from '../artifacts/weights.ts';
import type { Stage, StageContext } from '../stage.ts';
import { budgetNotes } from '../train/budget-notes.ts';
import { choose } from '../train/components.ts';
import { backboneOf, parseInstance } from '../train/crossfit.ts';
import { itemsDrawn, sampling } from '../train/drawn-slices.ts';
import { prevalence } from '../train/feed.ts';
import { fitNetwork } from '../train/fit.ts';
import { readableRows } from '../train/image-chunks.ts';
import { batchesPerUpdate, updates } from '../train/order.ts';
import { probabilityNotes } from '../train/probability-note.ts';
import { backboneParts } from '../train/recipe-parts.ts';
import { scheduleNotes } from '../train/schedule-note.ts';
import { trainingFeed, validationFeed } from '../train/slice-feed.ts';
import { backboneSummary } from '../train/summary.ts';
import { constantLogLoss, trainingFacts } from '../train/training-facts.ts';
import {
  batchNormNote,
  divergedNote,
  type NotedNetwork,
  pretrainedNotes,
  trainingNotes,
} from '../train/training-notes.ts';
import { askedOf } from '../train/validate.ts';
import { movingMomentum, trainedParameters, unfreezes, weightGroups } from '../train/weight-groups.ts';
import { inputFolder, labelledOn, ledgerName, noLabelledSlices, teller, trainingLedger } from './inputs.ts';
import { startOf } from './start-of.ts';
import { isOfEndToEnd, takeNetwork } from './take-network.ts';

/**
 * backbone: trains the network of slices on the labelled slices of side `train` that have pixels. An instance of a fold
 * (`fold-3`) trains without the patients of its fold, `2` and so on are the further backbones of the recipe, and `two-stage` is
 * where an end-to-end training starts; after such a training the backbone is what that made of it.
 * `weights.safetensors`, `network.json`, `history.json`; checkpoints only until it is finished.
 */
export const backboneStage: Stage = {
  name: 'backbone',
  version: 2,
  engine: true,
  async run(context) {
    const { recipe, folder, instance } = context;
    if (isOfEndToEnd(context)) return takeNetwork(context, 'backbone');
    const id = ledgerName('backbone', instance);
    const tell = teller(context, id);
    const value = backboneOf(recipe, parseInstance(instance));
    const noted: NotedNetwork = {
      stage: 'backbone',
      id,
      type: value.type,
      ownMomentum: typeof value.momentum === 'number',
      smoke: recipe.smoke,
      ...unfreezes(value),
    };
    // `history.json` is written last: with it only the move into the store is left.
    if ((await readHistory(folder)) === null) await train(context, value, noted, tell);
    await removeCheckpoints(folder);
    const history = (await readHistory(folder)) ?? [];
    const block = recipe.train.backbone;
    const summary = await readNetwork(folder);
    const notes = [
      ...trainingNotes(noted, summary, history, block),
      ...scheduleNotes(noted, block, summary.training?.budget?.items ?? 0, context.registry),
      ...probabilityNotes(noted, block, context.registry),
    ];
    tell(...notes);
    return trainingLedger(id, notes);
  },
};

async function train(
  context: StageContext,
  value: ComponentValue,
  noted: NotedNetwork,
  tell: ReturnType<typeof teller>,
): Promise<void> {
  const { recipe, registry, folder } = context;
  const instance = parseInstance(context.instance);
  const index = await readSlices(inputFolder(context, 'index'));
  const split = await readSplit(inputFolder(context, instance.fold === null ? 'split' : 'split:folds'));
  const sides = split.map((row) => row.backbone);
  const reader = await openShards(inputFolder(context, 'shards'));
  try {
    const readable = readableRows(index, reader);
    const block = recipe.train.backbone;
    const side = labelledOn(index, sides, 'train').filter(
      (row) => instance.fold === null || split[row]?.backboneFold !== instance.fold,
    );
    const labelled = side.filter((row) => !split[row]?.littleBrain);
    const rows = labelled.filter((row) => readable[row]);
    if (rows.length === 0)
      throw noLabelledSlices('backbone', nothingLeft(recipe.data.minBrainFraction), recipe.data.minBrainFraction);
    const asked = askedOf(block, { recipe, registry, index });
    const bySeries = asked.bestBy !== null || asked.stopBy !== null;
    const validated = new Set(labelledOn(index, sides, 'validation'));
    // A metric over series sees all slices of a series; the loss of validation only those with labels.
    const series = new Set([...validated].map((row) => index[row]?.series));
    const seen = index.flatMap(({ series: own }, row) =>
      readable[row] && (bySeries ? series.has(own) : validated.has(row)) ? [row] : [],
    );
    const { chosen, network, augment, parts } = backboneParts(
      await context.engine(),
      { recipe, registry, value },
      { size: reader.size, channels: reader.channels.length },
    );
    const start = await startOf(context, value, noted.id, {
      size: reader.size,
      channels: reader.channels.length,
      index,
      pixels: reader.pixels(),
      sides,
    });
    if (start !== null) tell(...pretrainedNotes(noted, start.weights));
    const sampler = choose(registry, 'sampler', block.sampler);
    const drawn = sampling(sampler, { index, rows, seed: backboneSeed(recipe) });
    const unit = itemsDrawn(sampler);
    const measured = [...validated].filter((row) => readable[row]);
    const constant = measured.length === 0 ? null : constantLogLoss(index, side, measured);
    const batchNormMomentum = movingMomentum(network.spec, chosen.params);
    tell(
      batchNormNote(noted, batchNormMomentum, updates(drawn.items, block), {
        perUpdate: batchesPerUpdate(drawn.items, block),
      }),
      ...budgetNotes(noted, block, drawn.items, unit),
      ...scheduleNotes(noted, block, drawn.items, registry),
    );
    const fitted = await fitNetwork({
      ...parts,
      ...(start === null ? {} : { pretrained: start.load }),
      id: noted.id,
      watch: (history) => tell(divergedNote(noted, history, constant, block)),
      index,
      train: trainingFeed({ reader, index, drawn, augment }),
      validation: seen.some((row) => validated.has(row))
        ? validationFeed({ reader, index, rows: seen, counts: (row) => validated.has(row) })
        : null,
      ...asked,
      context,
    }).finally(() => start?.close());
    const summary = backboneSummary(chosen, network, reader, {
      recipe,
      prevalence: prevalence(index, labelled),
      trainedSlices: rows.length,
      epoch: fitted.epoch,
      training: await trainingFacts(
        {
          stage: 'backbone',
          recipe,
          registry,
          indexFolder: inputFolder(context, 'index'),
          index,
          train: side,
          validation: measured,
          batchNormMomentum,
          trained: {
            batch: itemsPerUpdate(block),
            unit,
            items: drawn.items,
            parameters: trainedParameters(
              network.spec,
              // Of what a training that stopped early never came to, no weight was trained.
              weightGroups(network.spec, chosen.params.train).filter(
                ({ after }) => after < (fitted.history.at(-1)?.epoch ?? Number.POSITIVE_INFINITY),
              ),
            ),
          },
          start,
        },
        fitted,
      ),
    });
    await writeWeights(folder, fitted.weights, summary);
    await writeHistory(folder, fitted.history);
  } finally {
    await reader.close();
  }
}

const nothingLeft = (minBrainFraction: number | null) =>
  minBrainFraction === null
    ? 'no labelled slice with pixels is on the training side'
    : `no labelled slice of the training side has more than ${minBrainFraction} of its pixels between 0 and 80 HU (data.minBrainFraction)`;
