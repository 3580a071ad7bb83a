import { join } from 'node:path';
import { rm } from '../../../files/fs.ts';
import { hasForm, ifThere, isNumber, listOf, readJsonIfSound } from '../../../files/json.ts';
import { replaceFile } from '../../../files/write.ts';
import type { EmbeddingsFile } from '../../artifacts/embeddings.ts';
import type { ShardReader } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import { readWeights } from '../../artifacts/weights.ts';
import type { StageContext } from '../../stage.ts';
import { instanceId } from '../../train/crossfit.ts';
import { chunkTensor } from '../../train/image-chunks.ts';
import { asState, floats } from '../../train/names.ts';
import type { backboneNetwork } from '../../train/network.ts';
import { prefetch } from '../../train/prefetch.ts';
import { inferenceStep } from '../../train/step.ts';
import { inputFolder } from '../inputs.ts';

/** What slices are embedded with. */
export interface EmbedWork {
  index: readonly SliceRow[];
  reader: ShardReader;
  /** Whether a row of the index is this instance's: those of other folds are not. */
  own(row: number): boolean;
  readable: readonly boolean[];
  network: ReturnType<typeof backboneNetwork>;
  /** Rows of all steps of the engine. */
  chunks: readonly (readonly number[])[];
}

/** Chunks until what was written is synced and noted, so that an interrupted stage goes on from there. */
const CHUNKS_PER_SYNC = 64;
const DONE = 'embedded.json';

/** Which chunks are on the disk: the first ones, and some that others made. */
interface ChunksDone {
  chunks: number;
  of: number;
  /** From chunk, to chunk (exclusive). */
  joined?: readonly Span[];
}
type Span = readonly number[];

const isDone = hasForm({ chunks: isNumber, joined: ifThere(listOf(listOf(isNumber))) });

/** Writes the vectors of chunks that are not on the disk, each at the place of its row in the file. */
export async function embedChunks(
  context: StageContext,
  { index, reader, network }: EmbedWork,
  {
    file,
    chunks,
    placeOf,
  }: { file: EmbeddingsFile; chunks: EmbedWork['chunks']; placeOf(row: number, at: number): number },
): Promise<void> {
  const { folder, signal, progress } = context;
  const { chunks: first, joined = [] } = await chunksDone(folder);
  const missing = chunks
    .map((rows, chunk) => ({ rows, chunk }))
    .filter(({ chunk }) => chunk >= first && !joined.some(([from = 0, to = 0]) => chunk >= from && chunk < to));
  const count = (all: readonly { length: number }[]) => all.reduce((sum, { length }) => sum + length, 0);
  const total = count(chunks);
  let done = total - count(missing.map(({ rows }) => rows));
  await progress(done, total, 'slices');
  if (missing.length === 0) return;
  const engine = await context.engine();
  const weights = asState(await readWeights(inputFolder(context, instanceId('backbone', context.instance))));
  const state = engine.state(weights, 'inference');
  const step = engine.compile(inferenceStep(engine, network, 'embedding'), state);
  const starts: number[] = [];
  for (let at = 0, chunk = 0; chunk < chunks.length; chunk++) {
    starts.push(at);
    at += (chunks[chunk] as Span).length;
  }
  try {
    const load = async ({ rows, chunk }: (typeof missing)[number]) => ({
      rows,
      chunk,
      images: await chunkTensor(reader, index, rows),
    });
    let unsynced = 0;
    for await (const { rows, chunk, images } of prefetch(missing, load)) {
      signal.throwIfAborted();
      const vectors = floats(await step.run({ images }), 'embedding');
      for (const [place, row] of rows.entries()) {
        const at = placeOf(row, (starts[chunk] as number) + place);
        await file.write(at, vectors.subarray(place * file.width, (place + 1) * file.width));
      }
      done += rows.length;
      if (++unsynced % CHUNKS_PER_SYNC === 0) {
        await file.sync();
        await noteChunks(folder, { chunks: chunk + 1, of: chunks.length, joined });
      }
      await progress(done, total, 'slices');
    }
  } finally {
    step.dispose();
    state.dispose();
  }
}

/** Where nothing says it all of them are made again. */
async function chunksDone(folder: string): Promise<Pick<ChunksDone, 'chunks' | 'joined'>> {
  return (await readJsonIfSound<ChunksDone>(join(folder, DONE), isDone)) ?? { chunks: 0 };
}

const noteChunks = (folder: string, done: ChunksDone): Promise<void> =>
  replaceFile(join(folder, DONE), JSON.stringify(done));

/** Notes chunks that others made, beside what is noted already. */
export async function noteJoined(folder: string, spans: readonly Span[], of: number): Promise<void> {
  const { chunks, joined = [] } = await chunksDone(folder);
  await noteChunks(folder, { chunks, of, joined: [...joined, ...spans] });
}

export const forgetChunks = (folder: string): Promise<void> => rm(join(folder, DONE), { force: true });
