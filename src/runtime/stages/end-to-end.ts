import { mkdir } from '../../files/fs.ts';
import { itemsPerUpdate } from '../../registry/budget/items-per-update.ts';
import { trainBlock } from '../../registry/recipe.ts';
import { removeCheckpoints } from '../artifacts/checkpoints.ts';
import { readHistory, writeHistory } from '../artifacts/history.ts';
import { openShards } from '../artifacts/shards.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import { readNetwork, writeWeights } from '../artifacts/weights.ts';
import type { Stage, StageContext } from '../stage.ts';
import { budgetNotes } from '../train/budget-notes.ts';
import { prevalence } from '../train/feed.ts';
import { fitNetwork } from '../train/fit.ts';
import { groupsOf } from '../train/groups.ts';
import { readableRows } from '../train/image-chunks.ts';
import { type Part, partOf, weightsOfPart } from '../train/joint-network.ts';
import { liveVectors } from '../train/live-vectors.ts';
import { batchesPerUpdate, updates } from '../train/order.ts';
import { probabilityNotes } from '../train/probability-note.ts';
import { jointParts } from '../train/recipe-parts.ts';
import { runFeed } from '../train/run-feed.ts';
import { scheduleNotes } from '../train/schedule-note.ts';
import { sequenceReader } from '../train/sequence-reader.ts';
import { standIns } from '../train/series.ts';
import { seriesFeed } from '../train/series-feed.ts';
import { sliceFeatures } from '../train/slice-features.ts';
import { backboneSummary, summarise } from '../train/summary.ts';
import { constantLogLoss, trainingFacts } from '../train/training-facts.ts';
import {
  batchNormNote,
  divergedNote,
  type NotedNetwork,
  pretrainedNotes,
  trainingNotes,
} from '../train/training-notes.ts';
import { askedOf } from '../train/validate.ts';
import { movingMomentum, trainedParameters } from '../train/weight-groups.ts';
import { jointBudget } from './end-to-end/joint-budget.ts';
import { jointStart, type Start } from './end-to-end/joint-start.ts';
import { networkFolder } from './end-to-end/network-folder.ts';
import { validateSlices } from './end-to-end/validate-slices.ts';
import { inputFolder, labelledOn, noLabelledSlices, teller, trainingLedger } from './inputs.ts';

const NAME = 'end-to-end';

/**
 * end-to-end: trains both networks as one, under the loss of the sequence model, on runs of adjacent slices with pixels of the
 * series with a labelled slice of side `train`. It starts from `backbone:two-stage` and `sequence:two-stage` where it reads them,
 * else where each of the two would start by itself.
 * `backbone/` and `sequence/`: weights and `network.json` of each, as an artifact of its own stage has them; `history.json`;
 * checkpoints only until it is finished.
 */
export const endToEndStage: Stage = {
  name: NAME,
  version: 1,
  engine: true,
  async run(context) {
    const { recipe, registry, folder } = context;
    if (recipe.backbone === 'none' || recipe.sequence === 'none')
      throw new TypeError('this recipe has no two networks to train as one');
    const tell = teller(context, NAME);
    const noted: NotedNetwork = {
      stage: NAME,
      id: NAME,
      type: `${recipe.backbone.type} and ${recipe.sequence.type}`,
      ownMomentum: typeof recipe.backbone.momentum === 'number',
      smoke: recipe.smoke,
    };
    // `history.json` is written last: with it only the move into the store is left.
    if ((await readHistory(folder)) === null) await train(context, noted, tell);
    await removeCheckpoints(folder);
    const block = trainBlock(recipe, NAME);
    const history = (await readHistory(folder)) ?? [];
    const summary = await readNetwork(networkFolder(folder, 'sequence'));
    const notes = [
      ...trainingNotes(noted, ownTraining(summary, history), history, block),
      ...scheduleNotes(noted, block, summary.training?.budget?.items ?? 0, registry),
      ...probabilityNotes(noted, block, registry),
    ];
    tell(...notes);
    return trainingLedger(NAME, notes);
  },
};

/** What the two started from was said by the stages that trained it, and their budget is theirs. */
function ownTraining(
  { training }: Awaited<ReturnType<typeof readNetwork>>,
  history: readonly { steps: number }[],
): Pick<Awaited<ReturnType<typeof readNetwork>>, 'training'> {
  if (training === undefined) return {};
  const steps = history.reduce((sum, row) => sum + row.steps, 0);
  return { training: { ...training, weights: null, steps } };
}

async function train(context: StageContext, noted: NotedNetwork, tell: ReturnType<typeof teller>): Promise<void> {
  const { recipe, registry, folder } = context;
  const index = await readSlices(inputFolder(context, 'index'));
  const sides = (await readSplit(inputFolder(context, 'split'))).map((row) => row.sequence);
  const shards = await openShards(inputFolder(context, 'shards'));
  try {
    const engine = await context.engine();
    const image = { size: shards.size, channels: shards.channels.length };
    const made = jointParts(engine, { recipe, registry }, image);
    const { chosen, network, head, sequence, joint, augment, parts, block } = made;
    const readable = readableRows(index, shards);
    const labelled = labelledOn(index, sides, 'train');
    const trained = new Set(labelled.filter((row) => readable[row]));
    const validated = new Set(labelledOn(index, sides, 'validation').filter((row) => readable[row]));
    const series = groupsOf(index, 'series');
    const holding = (rows: ReadonlySet<number>) => series.filter((group) => group.rows.some((row) => rows.has(row)));
    const training = holding(trained).map(({ id, rows }) => ({ id, rows: rows.filter((row) => readable[row]) }));
    if (training.length === 0)
      throw noLabelledSlices(NAME, 'no series on the training side has a labelled slice with pixels');
    const validation = holding(validated);
    const live = liveVectors({
      engine,
      backbone: network,
      sequence,
      loss: parts.loss,
      reader: shards,
      index,
      standIns: standIns(index, readable),
    });
    const reader = sequenceReader({ vectors: live.vectors, index, common: head.params, seed: recipe.seed });
    const asked = askedOf(block, { recipe, registry, index });
    const constant = validated.size === 0 ? null : constantLogLoss(index, labelled, [...validated]);
    const momentum = movingMomentum(network.spec, { ...chosen.params, batchNorm: block.batchNorm });
    tell(
      batchNormNote(noted, momentum, updates(training.length, block), {
        perUpdate: batchesPerUpdate(training.length, block),
      }),
      ...budgetNotes(noted, block, training.length, 'series'),
      ...scheduleNotes(noted, block, training.length, registry),
    );
    const start = await jointStart(context, { network, sequence, image, index, pixels: shards.pixels(), sides });
    if (start.weights !== null) tell(...pretrainedNotes(noted, start.weights));
    const fitted = await fitNetwork({
      ...parts,
      pretrained: start.load,
      watch: (history) => tell(divergedNote(noted, history, constant, block)),
      index,
      train: runFeed({
        reader: shards,
        index,
        groups: training,
        slices: block.slices,
        batch: block.batch,
        seed: recipe.seed,
        counts: (row) => trained.has(row),
        augment,
        features: sliceFeatures(head.params.features, index),
        padsPictures: block.batchNorm === 'frozen',
      }),
      validation:
        validation.length > 0
          ? seriesFeed({ reader, groups: validation, batch: block.batch, counts: (row) => validated.has(row) })
          : null,
      score: live.score,
      ...asked,
      context,
    }).finally(() => start.close());
    const facts = await trainingFacts(
      {
        stage: NAME,
        recipe,
        registry,
        indexFolder: inputFolder(context, 'index'),
        index,
        train: labelled,
        validation: [...validated],
        batchNormMomentum: momentum,
        trained: {
          batch: itemsPerUpdate(block),
          unit: 'series',
          items: training.length,
          parameters: trainedParameters(joint.spec, parts.groups),
        },
        carried: start.marks,
      },
      fitted,
    );
    const shared = {
      recipe,
      prevalence: prevalence(index, labelled),
      trainedSlices: trained.size,
      epoch: fitted.epoch,
      checkpoint: block.checkpoint,
    };
    const parametersOf = (part: Part) =>
      trainedParameters(
        joint.spec,
        parts.groups.map((group) => ({ ...group, names: group.names.filter((name) => partOf(name) === part) })),
      );
    const own = (part: Part, of: Start['before'][Part]) => ({
      ...facts,
      weights: part === 'backbone' ? (start.weights ?? of?.weights ?? null) : null,
      budget: jointBudget(facts.budget ?? null, of?.budget ?? null, parametersOf(part)),
    });
    const weights = {
      backbone: weightsOfPart('backbone', fitted.weights),
      sequence: weightsOfPart('sequence', fitted.weights),
    };
    const bySlice =
      block.sliceLoss === 0 || constant === null
        ? null
        : await validateSlices(engine, weights.backbone, { ...made, shards, index, rows: [...validated], constant });
    await mkdir(networkFolder(folder, 'backbone'), { recursive: true });
    await mkdir(networkFolder(folder, 'sequence'), { recursive: true });
    await writeWeights(
      networkFolder(folder, 'backbone'),
      weights.backbone,
      backboneSummary(chosen, network, shards, {
        ...shared,
        training: { ...own('backbone', start.before.backbone), validation: bySlice },
      }),
    );
    await writeWeights(
      networkFolder(folder, 'sequence'),
      weights.sequence,
      summarise('sequence', head, sequence, {
        ...shared,
        embedding: reader.width,
        image: null,
        training: own('sequence', start.before.sequence),
      }),
    );
    await writeHistory(folder, fitted.history);
  } finally {
    await shards.close();
  }
}
