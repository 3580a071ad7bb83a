import { LABELS } from '../../labels.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { openEmbeddings } from '../artifacts/embeddings.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import { type PredictionRow, writeLogits, writePredictions } from '../artifacts/predictions.ts';
import { doubtsBySeries, readSeries } from '../artifacts/series.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import { readNetwork, readWeights } from '../artifacts/weights.ts';
import type { LedgerNote } from '../ledger.ts';
import type { Stage, StageContext } from '../stage.ts';
import { choose } from '../train/components.ts';
import { type Group, groupsOf } from '../train/groups.ts';
import { asState, floats } from '../train/names.ts';
import { type Network, predictionLayer, sequenceNetwork } from '../train/network.ts';
import { marksOfModel, type Networks, readNetworks, worseThanBase } from '../train/network-marks.ts';
import { prefetch } from '../train/prefetch.ts';
import { type Sequence, type SequenceReader, sequenceReader } from '../train/sequence-reader.ts';
import { type StandIn, standIns } from '../train/series.ts';
import { rounded, sequenceBatch } from '../train/series-feed.ts';
import { embeddingVectors } from '../train/slice-vectors.ts';
import { inferenceStep } from '../train/step.ts';
import { sigmoid } from '../train/validate.ts';
import { inputFolder, sequenceSplit } from './inputs.ts';
import { LedgerLines } from './ledger-lines.ts';
import { type SequenceSource, sequenceSource } from './sequence-source.ts';

const WIDTH = LABELS.length;

/**
 * predict: six probabilities of every slice of the index, labelled or not, from the embeddings: `backbone` through the
 * backbone's prediction layer (no picture is looked at twice), `sequence` through the sequence network, each group by itself and whole. A slice without
 * pixels has an interpolated embedding. Where a series has no pixels at all, the constant predictor answers. Both are
 * said in `how` and in the ledger.
 */
export const predictStage: Stage = {
  name: 'predict',
  version: 5,
  engine: true,
  async run(context) {
    const model: ModelName = context.instance === 'sequence' ? 'sequence' : 'backbone';
    const index = await readSlices(inputFolder(context, 'index'));
    const doubts = doubtsBySeries(await readSeries(inputFolder(context, 'index')));
    const { logits, without, doubts: ofPictures } = await inGroups(context, model, index);
    const { prevalence } = await readNetwork(inputFolder(context, model));
    const networks = await readNetworks((id) => context.inputs.get(id)?.folder);
    const marks = marksOfModel(model, networks, context.recipe);
    for (const { row, from } of without) {
      if (from.length === 0)
        logits.set(
          prevalence.map((share) => Math.log(share / (1 - share))),
          row * WIDTH,
        );
    }
    const sides = await sidesOf(context, model);
    const interpolated = new Set(without.map(({ row }) => row));
    const unseen = unseenBySeries(index, interpolated);
    const pictured = picturedBySeries(index, ofPictures);
    const rows = index.map(
      ({ slice, series, patient, order }, row): PredictionRow => ({
        slice,
        series,
        patient,
        order,
        side: sides?.[row] ?? 'test',
        how: interpolated.has(row) ? 'interpolated' : 'predicted',
        probabilities: Array.from(logits.subarray(row * WIDTH, (row + 1) * WIDTH), sigmoid),
        ...(marks.length > 0 ? { marks } : {}),
        ...doubtsOf([
          ...new Set([...(doubts.get(series) ?? []), ...(pictured.get(series) ?? []), ...(unseen.get(series) ?? [])]),
        ]),
      }),
    );
    await writePredictions(context.folder, rows);
    await writeLogits(context.folder, logits);
    const ledger = new LedgerLines(`predict:${model}`, context.folder);
    for (const note of networkNotes(model, networks, context.recipe)) ledger.note(note);
    for (const one of without) ledger.note(noteOf(index, one));
    return ledger.part();
  },
};

const doubtsOf = (doubts: readonly string[]): Pick<PredictionRow, 'doubts'> => (doubts.length > 0 ? { doubts } : {});

/** What is doubtful of a slice's picture is doubtful of its series: it is called by all of them. */
function picturedBySeries(
  index: readonly SliceRow[],
  doubts: readonly (readonly string[])[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  index.forEach(({ series }, row) => {
    for (const doubt of doubts[row] ?? []) found.set(series, (found.get(series) ?? new Set()).add(doubt));
  });
  return found;
}

/** A series of which slices have no picture is called by fewer than it has: that stands beside its call. */
function unseenBySeries(index: readonly SliceRow[], without: ReadonlySet<number>): Map<string, [string]> {
  const counts = new Map<string, { all: number; unseen: number }>();
  index.forEach(({ series }, row) => {
    const count = counts.get(series) ?? { all: 0, unseen: 0 };
    counts.set(series, { all: count.all + 1, unseen: count.unseen + (without.has(row) ? 1 : 0) });
  });
  return new Map(
    [...counts]
      .filter(([, { unseen }]) => unseen > 0)
      .map(([series, { all, unseen }]) => [series, [`${unseen} of ${all} slices without a picture`]]),
  );
}

/** What no training could say of itself: how the two networks stand to each other, and that nothing is known of one. */
function networkNotes(model: ModelName, networks: Networks, recipe: ResolvedRecipe): LedgerNote[] {
  const note = (reason: LedgerNote['reason'], message: string, hint: string): LedgerNote => ({
    item: model,
    what: 'network',
    reason,
    message,
    kind: 'warning',
    hint,
  });
  const worse = model === 'sequence' ? worseThanBase(networks, recipe) : null;
  return [
    ...(worse === null
      ? []
      : [
          note(
            'worse-than-base',
            worse,
            'Take the predictions of the base network; or change the training of the sequence model: its rate, its length, embeddings that did not see the labels (train.sequence.embeddings: crossfit).',
          ),
        ]),
    ...(networks.get(model)?.training === undefined
      ? [
          note(
            'network-unmarked',
            'An earlier version of ichor trained this network: what it was trained on, and how it fared, is not written in it.',
            'Run its recipe again with this version.',
          ),
        ]
      : []),
  ];
}

/** Logits `[slices, 6]` and the slices that have no pixels. */
interface Predicted {
  logits: Float32Array;
  without: StandIn[];
  /** What is doubtful of the pictures behind them, in the order of the index. */
  doubts: readonly (readonly string[])[];
}

/** What one model reads, and the network that turns it into logits: of the backbone only its last layer. */
interface Model {
  source: Omit<SequenceSource, 'marks'>;
  network: Network;
  reader: SequenceReader;
  groups: readonly Group[];
  /** Both directions of each group. */
  reversed: boolean;
}

async function modelOf(context: StageContext, model: ModelName, index: readonly SliceRow[]): Promise<Model> {
  const { recipe, registry } = context;
  const { seed } = recipe;
  if (model === 'backbone') {
    const embeddings = await openEmbeddings(inputFolder(context, 'embed'));
    const vectors = embeddingVectors([embeddings]);
    return {
      source: {
        vectors,
        seen: embeddings.rows.map(({ how }) => how === 'embedded'),
        doubts: embeddings.rows.map(({ doubts: own }) => own ?? []),
        close: () => embeddings.close(),
      },
      network: predictionLayer(embeddings.width),
      reader: sequenceReader({ vectors, index, common: PLAIN, seed }),
      groups: groupsOf(index, 'series'),
      reversed: false,
    };
  }
  if (recipe.sequence === 'none') throw new TypeError('this recipe has no sequence network to predict with');
  const chosen = choose(registry, 'sequence', recipe.sequence);
  const source = await sequenceSource(context, chosen, index);
  const reader = sequenceReader({ vectors: source.vectors, index, common: chosen.params, seed });
  return {
    source,
    reader,
    network: sequenceNetwork(chosen.component, chosen.params, { embedding: reader.width }),
    groups: groupsOf(index, chosen.params.group),
    reversed: chosen.params.reversed,
  };
}

/** How the prediction layer reads series: as they are. */
const PLAIN = {
  order: 'anatomical',
  steps: 1,
  training: 'regular',
  pad: 'zeros',
  features: { deltas: false, spacing: false, position: false },
} as const;

/**
 * Each group by itself and whole: nothing beside it can change its bytes. Groups of one slice go together with those of
 * their own series.
 */
async function inGroups(context: StageContext, model: ModelName, index: readonly SliceRow[]): Promise<Predicted> {
  const { signal, progress } = context;
  const { source, network, reader, groups, reversed } = await modelOf(context, model, index);
  try {
    const engine = await context.engine();
    const weights = asState(await readWeights(inputFolder(context, model)));
    const state = engine.state(weights, 'inference');
    const step = engine.compile(inferenceStep(engine, network, 'logits'), state);
    const logits = new Float32Array(index.length * WIDTH);
    const share = reversed ? 0.5 : 1;
    try {
      const load = async ({ together, backwards }: Pass) => {
        const sequences: Sequence[] = [];
        for (const group of together) sequences.push(await reader.read(group, null, backwards));
        const length = Math.max(...sequences.map(({ rows }) => rows.length));
        // A series' slices go by themselves as items, any other group as one: both come in few forms for the engine.
        return sequenceBatch(sequences, reader.width, {
          items: sequences.length > 1 ? rounded(sequences.length) : 1,
          length: length > 1 ? rounded(length) : 1,
        });
      };
      let done = 0;
      for await (const { tensors, slices } of prefetch(passes(index, groups, reversed), load)) {
        signal.throwIfAborted();
        const values = floats(await step.run(tensors), 'logits');
        slices.forEach((row, item) => {
          if (row < 0) return;
          done += share;
          for (let column = 0; column < WIDTH; column++) {
            const cell = row * WIDTH + column;
            logits[cell] = (logits[cell] as number) + share * (values[item * WIDTH + column] as number);
          }
        });
        await progress(Math.floor(done), index.length, 'slices');
      }
    } finally {
      step.dispose();
      state.dispose();
    }
    return { logits, without: standIns(index, source.seen), doubts: source.doubts };
  } finally {
    await source.close();
  }
}

/** Groups that go through the engine at once, in one direction. */
interface Pass {
  together: readonly Group[];
  backwards: boolean;
}

function passes(index: readonly SliceRow[], groups: readonly Group[], reversed: boolean): Pass[] {
  const found: Group[][] = [];
  let series: string | undefined;
  for (const group of groups) {
    const [row = -1] = group.rows;
    const own = group.rows.length === 1 ? index[row]?.series : undefined;
    if (own !== undefined && own === series) found.at(-1)?.push(group);
    else found.push([group]);
    series = own;
  }
  return found.flatMap((together) =>
    [false, ...(reversed ? [true] : [])].map((backwards) => ({ together, backwards })),
  );
}

/** Null where the plan has no split: a trained run's networks on a folder of their own, all of it test. */
async function sidesOf(context: StageContext, model: ModelName): Promise<Side[] | null> {
  const id = model === 'sequence' ? sequenceSplit(context) : 'split';
  if (!context.inputs.has(id)) return null;
  return (await readSplit(inputFolder(context, id))).map((row) => row[model]);
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
