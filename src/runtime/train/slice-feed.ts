import type { ShardReader } from '../artifacts/shards.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { HostTensor } from '../engine/engine.ts';
import type { Augmentations } from './augment.ts';
import type { Feed } from './feed.ts';

/** Images of these slices as the engine takes them: bytes `[slices, size, size, channels]`. */
export async function imageTensor(reader: ShardReader, slices: readonly string[]): Promise<HostTensor> {
  const data = await reader.read(slices);
  return { shape: [slices.length, reader.size, reader.size, reader.channels.length], dtype: 'int32', data };
}

/**
 * The images of one side for a backbone. A step has as many images as it has items: its last, smaller one is not
 * padded, because batch norm's statistics would see the padding.
 */
export function sliceFeed({
  reader,
  index,
  rows,
  counts,
  augment,
}: {
  reader: ShardReader;
  index: readonly SliceRow[];
  /** Rows of the index that have a record. */
  rows: readonly number[];
  /** Whether a row counts in the loss. */
  counts(row: number): boolean;
  /** Null: images as they are. */
  augment: Augmentations | null;
}): Feed {
  return {
    items: rows.length,
    async load(items, epoch) {
      const slices = items.map((item) => rows[item] as number);
      const names = slices.map((row) => (index[row] as SliceRow).slice);
      const drawn = augment && epoch !== null ? augment.draw(names, epoch) : {};
      return { tensors: { images: await imageTensor(reader, names), ...drawn }, slices, counts: slices.map(counts) };
    },
  };
}
