import { EmbeddingsFile, openVectors } from '../../artifacts/embeddings.ts';
import { type Range, spanOf } from '../../range.ts';
import type { StageContext } from '../../stage.ts';
import { type EmbedWork, embedChunks, forgetChunks, noteJoined } from './embed-chunks.ts';

/** Vectors that are in memory at once, about 8 MB. */
const AT_ONCE = 1024;

/** The vectors of a range of steps alone, one behind the other. */
export async function embedRange(context: StageContext, work: EmbedWork, range: Range): Promise<void> {
  const { from, to } = spanOf(range, work.chunks.length);
  const chunks = work.chunks.slice(from, to);
  const file = await EmbeddingsFile.create(context.folder, chunks.flat().length, work.network.spec.width);
  try {
    await embedChunks(context, work, { file, chunks, placeOf: (_, at) => at });
    await file.sync();
  } finally {
    await file.close();
  }
  await forgetChunks(context.folder);
}

/** Copies vectors of ranges to where they stand in the whole; the steps of these need not be run again. */
export async function joinRanges(
  context: StageContext,
  { index, chunks, network }: EmbedWork,
  ranges: readonly { range: Range; folder: string }[],
): Promise<void> {
  const file = await EmbeddingsFile.create(context.folder, index.length, network.spec.width);
  const spans: number[][] = [];
  try {
    for (const { range, folder } of ranges) {
      const { from, to } = spanOf(range, chunks.length);
      const rows = chunks.slice(from, to).flat();
      const vectors = await openVectors(folder, rows.length);
      try {
        for (let at = 0; at < rows.length; at += AT_ONCE) {
          context.signal.throwIfAborted();
          const part = rows.slice(at, at + AT_ONCE);
          const read = await vectors.read(at, at + part.length);
          for (const [first, count] of runsOf(part))
            await file.write(part[first] as number, read.subarray(first * file.width, (first + count) * file.width));
        }
      } finally {
        await vectors.close();
      }
      spans.push([from, to]);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await noteJoined(context.folder, spans, chunks.length);
}

/** Rows that follow each other, as their place among all and how many: written at once. */
function runsOf(rows: readonly number[]): [first: number, count: number][] {
  const runs: [number, number][] = [];
  rows.forEach((row, i) => {
    const last = runs.at(-1);
    if (last !== undefined && row === (rows[i - 1] as number) + 1) last[1]++;
    else runs.push([i, 1]);
  });
  return runs;
}
