import { itemsPerUpdate } from '../../registry/budget/items-per-update.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import { removeCheckpoints } from '../artifacts/checkpoints.ts';
import { readHistory, writeHistory } from '../artifacts/history.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import { readNetwork, writeWeights } from '../artifacts/weights.ts';
import type { Stage, StageContext } from '../stage.ts';
import { budgetNotes } from '../train/budget-notes.ts';
import { choose } from '../train/components.ts';
import { prevalence } from '../train/feed.ts';
import { type Fitted, fitNetwork } from '../train/fit.ts';
import { groupsOf } from '../train/groups.ts';
import { batchesPerUpdate, updates } from '../train/order.ts';
import { probabilityNotes } from '../train/probability-note.ts';
import { sequenceParts } from '../train/recipe-parts.ts';
import { scheduleNotes } from '../train/schedule-note.ts';
import { sequenceReader } from '../train/sequence-reader.ts';
import { seriesFeed } from '../train/series-feed.ts';
import { summarise } from '../train/summary.ts';
import { constantLogLoss, trainingFacts } from '../train/training-facts.ts';
import { batchNormNote, divergedNote, type NotedNetwork, trainingNotes } from '../train/training-notes.ts';
import { askedOf } from '../train/validate.ts';
import {
  inputFolder,
  labelledOn,
  ledgerName,
  noLabelledSlices,
  sequenceSplit,
  teller,
  trainingLedger,
} from './inputs.ts';
import { sequenceSource } from './sequence-source.ts';
import { isOfEndToEnd, takeNetwork } from './take-network.ts';

/**
 * sequence: trains the network of series on the groups (series, patients or slices) with a labelled slice of side `train`.
 * Slices without pixels are steps like any other (their vectors are interpolated) and count in no loss. A model without
 * weights is described, and nothing is trained. Instance `two-stage`: where an end-to-end training starts; after such a training
 * the sequence model is what that made of it.
 * `weights.safetensors`, `network.json`, `history.json`; checkpoints only until it is finished.
 */
export const sequenceStage: Stage = {
  name: 'sequence',
  version: 2,
  engine: true,
  async run(context) {
    const { recipe, folder } = context;
    if (recipe.sequence === 'none') throw new TypeError('this recipe has no sequence network to train');
    if (isOfEndToEnd(context)) return takeNetwork(context, 'sequence');
    const id = ledgerName('sequence', context.instance);
    const tell = teller(context, id);
    const noted: NotedNetwork = {
      stage: 'sequence',
      id,
      type: recipe.sequence.type,
      ownMomentum: typeof recipe.sequence.momentum === 'number',
      smoke: recipe.smoke,
    };
    // `history.json` is written last: with it only the move into the store is left.
    if ((await readHistory(folder)) === null) await train(context, recipe.sequence, noted, tell);
    await removeCheckpoints(folder);
    const history = (await readHistory(folder)) ?? [];
    const block = recipe.train.sequence;
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
  const index = await readSlices(inputFolder(context, 'index'));
  const sides = (await readSplit(inputFolder(context, sequenceSplit(context)))).map((row) => row.sequence);
  const chosen = choose(registry, 'sequence', value);
  const source = await sequenceSource(context, chosen, index);
  try {
    const block = recipe.train.sequence;
    const labelled = labelledOn(index, sides, 'train');
    const hasPixels = (row: number) => source.seen[row] === true;
    const trained = new Set(labelled.filter(hasPixels));
    const validated = new Set(labelledOn(index, sides, 'validation').filter(hasPixels));
    const groups = groupsOf(index, chosen.params.group);
    const holding = (rows: ReadonlySet<number>) => groups.filter((group) => group.rows.some((row) => rows.has(row)));
    const training = holding(trained);
    if (training.length === 0)
      throw noLabelledSlices('sequence', 'no series on the training side has a labelled slice with pixels');
    const validation = holding(validated);
    const reader = sequenceReader({ vectors: source.vectors, index, common: chosen.params, seed: recipe.seed });
    const { network, unit, parts } = sequenceParts({ recipe, registry, value }, reader.width);
    const asked = askedOf(block, { recipe, registry, index });
    const feed = { reader, batch: block.batch };
    const { batchNormMomentum } = network.spec;
    const constant = validated.size === 0 ? null : constantLogLoss(index, labelled, [...validated]);
    if (network.spec.weights.length > 0)
      tell(
        batchNormNote(noted, batchNormMomentum, updates(training.length, block), {
          perUpdate: batchesPerUpdate(training.length, block),
        }),
        ...budgetNotes(noted, block, training.length, unit),
        ...scheduleNotes(noted, block, training.length, registry),
      );
    const nothing: Fitted = { weights: {}, history: [], epoch: 0 };
    const fitted =
      network.spec.weights.length === 0
        ? nothing
        : await fitNetwork({
            ...parts(await context.engine()),
            id: noted.id,
            watch: (history) => tell(divergedNote(noted, history, constant, block)),
            index,
            train: seriesFeed({ ...feed, groups: training, counts: (row) => trained.has(row) }),
            validation:
              validation.length > 0
                ? seriesFeed({ ...feed, groups: validation, counts: (row) => validated.has(row) })
                : null,
            ...asked,
            context,
          });
    const summary = summarise('sequence', chosen, network, {
      recipe,
      embedding: reader.width,
      image: null,
      prevalence: prevalence(index, labelled),
      trainedSlices: trained.size,
      epoch: fitted.epoch,
      training: await trainingFacts(
        {
          stage: 'sequence',
          recipe,
          registry,
          indexFolder: inputFolder(context, 'index'),
          index,
          train: labelled,
          validation: [...validated],
          batchNormMomentum,
          trained: {
            batch: itemsPerUpdate(block),
            unit,
            items: training.length,
            parameters: network.spec.parameters.trainable,
          },
          carried: source.marks,
        },
        fitted,
      ),
    });
    await writeWeights(folder, fitted.weights, summary);
    await writeHistory(folder, fitted.history);
  } finally {
    await source.close();
  }
}
