import type { ShardReader } from '../artifacts/shards.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { HostTensor } from '../engine/engine.ts';
import { inSteps } from './order.ts';
import { seriesRows } from './series.ts';
import { imageTensor } from './slice-feed.ts';

/**
 * Steps hold a multiple of this many images, or one: few shapes for the engine, whatever the lengths of the series. One, since
 * there are sets of single slices, each a series of its own, of which seven eighths would be filling.
 */
const UNIT = 8;
const MOST = 32;
const PIXELS = UNIT * 224 ** 2;

/** The most images of one step of embed: small pictures, whose kernels cost more to start than to run, go by more. */
export const chunkSize = (size: number): number =>
  Math.max(UNIT, Math.min(MOST, Math.floor(PIXELS / size ** 2 / UNIT) * UNIT));

/**
 * The slices with pixels in steps of at most `chunkSize`, none of which holds slices of two series: whatever else is
 * predicted beside it, a series goes through the engine in the same way, and comes out the same to the byte.
 * @param size edge of the pictures in pixels.
 */
export function imageChunks(index: readonly SliceRow[], readable: readonly boolean[], size: number): number[][] {
  return seriesRows(index).flatMap(({ from, to }) => {
    const rows = Array.from({ length: to - from }, (_, place) => from + place).filter((row) => readable[row]);
    return inSteps(rows, chunkSize(size));
  });
}

/** The images of a chunk, filled up with black ones to a multiple of 8 where there is more than one. */
export async function chunkTensor(
  reader: ShardReader,
  index: readonly SliceRow[],
  rows: readonly number[],
): Promise<HostTensor> {
  const { shape, data } = await imageTensor(
    reader,
    rows.map((row) => (index[row] as SliceRow).slice),
  );
  const images = rows.length === 1 ? 1 : Math.ceil(rows.length / UNIT) * UNIT;
  const padded = new Uint8Array((data.length / rows.length) * images);
  padded.set(data as Uint8Array);
  return { shape: [images, ...shape.slice(1)], dtype: 'int32', data: padded };
}

/** Whether each row of the index has a record in the shards. */
export function readableRows(index: readonly SliceRow[], reader: ShardReader): boolean[] {
  const records = new Set(reader.slices);
  return index.map(({ slice }) => records.has(slice));
}
