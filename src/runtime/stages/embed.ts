import { type EmbeddingRow, EmbeddingsFile, writeEmbeddingMarks, writeEmbeddingRows } from '../artifacts/embeddings.ts';
import { openShards } from '../artifacts/shards.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readNetwork } from '../artifacts/weights.ts';
import type { Stage, StageContext } from '../stage.ts';
import { channelWindows } from '../train/channel-windows.ts';
import { choose } from '../train/components.ts';
import { backboneOf, instanceId, joinedPlace, parseInstance } from '../train/crossfit.ts';
import { imageChunks, readableRows } from '../train/image-chunks.ts';
import { backboneNetwork } from '../train/network.ts';
import { blend, standIns } from '../train/series.ts';
import { type EmbedWork, embedChunks, forgetChunks } from './embed/embed-chunks.ts';
import { foldRows } from './embed/fold-rows.ts';
import { joinFolds } from './embed/join-folds.ts';
import { embedRange, joinRanges } from './embed/ranges.ts';
import { inputFolder, ledgerName } from './inputs.ts';

/**
 * embed: the pooled vector before the prediction layer of every slice, with inference statistics, in the order of the
 * index. A slice without pixels gets the weighted mean of the nearest ones of its series, and says so. Instances: `2` and so
 * on for further backbones; `fold-3`: the patients of that fold alone (or those that its backbone stands for in `{ in-sample: FOLDS }`); `crossfit`: those of all folds in one table.
 */
export const embedStage: Stage = {
  name: 'embed',
  version: 2,
  engine: true,
  divided: {
    version: 1,
    applies: (instance) => joinedPlace(instance) === null,
    part: (context, range) => withShards(context, (work) => embedRange(context, work, range)),
    join: (context, ranges) => withShards(context, (work) => joinRanges(context, work, ranges)),
  },
  async run(context) {
    const ledger = { stage: ledgerName('embed', context.instance), leftOut: [], notes: [] };
    const joined = joinedPlace(context.instance);
    if (joined !== null) await joinFolds(context, joined);
    else await withShards(context, (work) => embed(context, work));
    return ledger;
  },
};

async function withShards(context: StageContext, use: (work: EmbedWork) => Promise<void>): Promise<void> {
  const { recipe, registry } = context;
  const index = await readSlices(inputFolder(context, 'index'));
  const reader = await openShards(inputFolder(context, 'shards'));
  try {
    const instance = parseInstance(context.instance);
    const { component, params } = choose(registry, 'backbone', backboneOf(recipe, instance));
    const folds = instance.fold === null ? null : await foldRows(context, index);
    const own = (row: number) => folds === null || folds[row] === instance.fold;
    const network = backboneNetwork(component, params, {
      size: reader.size,
      channels: reader.channels.length,
      windows: channelWindows(recipe, registry),
    });
    const readable = readableRows(index, reader).map((one, row) => one && own(row));
    await use({ index, reader, own, network, readable, chunks: imageChunks(index, readable, reader.size) });
  } finally {
    await reader.close();
  }
}

async function embed(context: StageContext, work: EmbedWork): Promise<void> {
  const { folder } = context;
  const { index, own, network, readable, chunks } = work;
  const file = await EmbeddingsFile.create(folder, index.length, network.spec.width);
  try {
    await embedChunks(context, work, { file, chunks, placeOf: (row) => row });
    const doubtful = work.reader.doubts();
    const rows: EmbeddingRow[] = index.map(({ slice }, row) => {
      const doubts = doubtful.get(slice);
      return { slice, how: own(row) ? 'embedded' : 'absent', ...(doubts === undefined ? {} : { doubts }) };
    });
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
    await forgetChunks(folder);
  } finally {
    await file.close();
  }
}
