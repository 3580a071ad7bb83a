import { join } from 'node:path';
import { rm } from '../../files/fs.ts';
import { hasForm, isNumber, readJsonIfSound } from '../../files/json.ts';
import { replaceFile } from '../../files/write.ts';
import { type EmbeddingRow, EmbeddingsFile, writeEmbeddingMarks, writeEmbeddingRows } from '../artifacts/embeddings.ts';
import { openShards, type ShardReader } from '../artifacts/shards.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { readNetwork, readWeights } from '../artifacts/weights.ts';
import type { Stage, StageContext } from '../stage.ts';
import { choose } from '../train/components.ts';
import { backboneOf, instanceId, joinedPlace, parseInstance } from '../train/crossfit.ts';
import { chunkTensor, imageChunks, readableRows } from '../train/image-chunks.ts';
import { learnedWindows } from '../train/learned-windows.ts';
import { asState, floats } from '../train/names.ts';
import { backboneNetwork } from '../train/network.ts';
import { prefetch } from '../train/prefetch.ts';
import { blend, standIns } from '../train/series.ts';
import { inferenceStep } from '../train/step.ts';
import { foldRows } from './embed/fold-rows.ts';
import { joinFolds } from './embed/join-folds.ts';
import { inputFolder, ledgerName } from './inputs.ts';

/** Chunks until what was written is synced and noted, so that an interrupted stage goes on from there. */
const CHUNKS_PER_SYNC = 64;
const DONE = 'embedded.json';

/**
 * embed: the pooled vector before the prediction layer of every slice, with inference statistics, in the order of the
 * index. A slice without pixels gets the weighted mean of the nearest ones of its series, and says so. Instances: `2` and so
 * on for further backbones; `fold-3`: the patients of that fold alone (or those that its backbone stands for in `{ in-sample: FOLDS }`); `crossfit`: those of all folds in one table.
 */
export const embedStage: Stage = {
  name: 'embed',
  version: 2,
  engine: true,
  async run(context) {
    const ledger = { stage: ledgerName('embed', context.instance), leftOut: [], notes: [] };
    const joined = joinedPlace(context.instance);
    if (joined !== null) {
      await joinFolds(context, joined);
      return ledger;
    }
    const index = await readSlices(inputFolder(context, 'index'));
    const reader = await openShards(inputFolder(context, 'shards'));
    try {
      await embed(context, index, reader);
    } finally {
      await reader.close();
    }
    return ledger;
  },
};

async function embed(context: StageContext, index: readonly SliceRow[], reader: ShardReader): Promise<void> {
  const { recipe, registry, folder } = context;
  const instance = parseInstance(context.instance);
  const { component, params } = choose(registry, 'backbone', backboneOf(recipe, instance));
  const folds = instance.fold === null ? null : await foldRows(context, index);
  const own = (row: number) => folds === null || folds[row] === instance.fold;
  const network = backboneNetwork(component, params, {
    size: reader.size,
    channels: reader.channels.length,
    windows: learnedWindows(recipe, registry),
  });
  const readable = readableRows(index, reader).map((one, row) => one && own(row));
  const file = await EmbeddingsFile.create(folder, index.length, network.spec.width);
  try {
    await embedChunks(context, { index, reader, readable, network, file });
    const rows: EmbeddingRow[] = index.map(({ slice }, row) => ({ slice, how: own(row) ? 'embedded' : 'absent' }));
    for (const { row, from } of standIns(index, readable)) {
      // Zeros that nobody reads: the table of another fold has this slice.
      if (!own(row)) continue;
      (rows[row] as EmbeddingRow).how = from.length > 0 ? 'interpolated' : 'absent';
      const vectors = await Promise.all(from.map((neighbour) => file.read(neighbour.row)));
      const vector =
        from.length > 0
          ? blend(
              vectors,
              from.map(({ weight }) => weight),
            )
          : new Float32Array(file.width);
      await file.write(row, vector);
    }
    await file.sync();
    await writeEmbeddingRows(folder, rows);
    const { training } = await readNetwork(inputFolder(context, instanceId('backbone', context.instance)));
    await writeEmbeddingMarks(folder, training?.marks ?? []);
    await rm(join(folder, DONE), { force: true });
  } finally {
    await file.close();
  }
}

interface Work {
  index: readonly SliceRow[];
  reader: ShardReader;
  readable: readonly boolean[];
  network: ReturnType<typeof backboneNetwork>;
  file: EmbeddingsFile;
}

async function embedChunks(context: StageContext, { index, reader, readable, network, file }: Work): Promise<void> {
  const { folder, signal, progress } = context;
  const chunks = imageChunks(index, readable, reader.size);
  const total = readable.filter(Boolean).length;
  let chunk = await chunksDone(folder);
  let done = chunks.slice(0, chunk).reduce((sum, rows) => sum + rows.length, 0);
  await progress(done, total, 'slices');
  const engine = await context.engine();
  const weights = asState(await readWeights(inputFolder(context, instanceId('backbone', context.instance))));
  const state = engine.state(weights, 'inference');
  const step = engine.compile(inferenceStep(engine, network, 'embedding'), state);
  try {
    const load = async (rows: readonly number[]) => ({ rows, images: await chunkTensor(reader, index, rows) });
    for await (const { rows, images } of prefetch(chunks.slice(chunk), load)) {
      signal.throwIfAborted();
      const vectors = floats(await step.run({ images }), 'embedding');
      for (const [place, row] of rows.entries()) {
        await file.write(row, vectors.subarray(place * file.width, (place + 1) * file.width));
      }
      chunk += 1;
      done += rows.length;
      if (chunk % CHUNKS_PER_SYNC === 0) {
        await file.sync();
        await replaceFile(join(folder, DONE), JSON.stringify({ chunks: chunk, of: chunks.length }));
      }
      await progress(done, total, 'slices');
    }
  } finally {
    step.dispose();
    state.dispose();
  }
}

/** Chunks whose vectors are on the disk. Where nothing says it all of them are made again. */
const chunksDone = async (folder: string): Promise<number> =>
  (await readJsonIfSound<{ chunks: number }>(join(folder, DONE), hasForm({ chunks: isNumber })))?.chunks ?? 0;
