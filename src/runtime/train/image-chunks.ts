import type { ShardReader } from '../artifacts/shards.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { HostTensor } from '../engine/engine.ts';
import { inSteps } from './order.ts';
import { seriesRows } from './series.ts';
import { imageTensor } from './slice-feed.ts';

/** Images in one step of embed and predict. */
export const CHUNK = 8;

/**
 * The slices with pixels in steps of at most `CHUNK`, none of which holds slices of two series: whatever else is
 * predicted beside it, a series goes through the engine in the same way, and comes out the same to the byte.
 */
export function imageChunks(index: readonly SliceRow[], readable: readonly boolean[]): number[][] {
  return seriesRows(index).flatMap(({ from, to }) => {
    const rows = Array.from({ length: to - from }, (_, place) => from + place).filter((row) => readable[row]);
    return inSteps(rows, CHUNK);
  });
}

/** The images of a chunk, filled up with black ones to `CHUNK`: one shape for all. */
export async function chunkTensor(
  reader: ShardReader,
  index: readonly SliceRow[],
  rows: readonly number[],
): Promise<HostTensor> {
  const { shape, data } = await imageTensor(
    reader,
    rows.map((row) => (index[row] as SliceRow).slice),
  );
  const padded = new Uint8Array((data.length / rows.length) * CHUNK);
  padded.set(data as Uint8Array);
  return { shape: [CHUNK, ...shape.slice(1)], dtype: 'int32', data: padded };
}

/** Whether each row of the index has a record in the shards. */
export function readableRows(index: readonly SliceRow[], reader: ShardReader): boolean[] {
  const records = new Set(reader.slices);
  return index.map(({ slice }) => records.has(slice));
}
