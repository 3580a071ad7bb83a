import type { ShardReader } from '../artifacts/shards.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { HostTensor } from '../engine/engine.ts';
import type { Augmentations } from './augment.ts';
import type { Sampling } from './drawn-slices.ts';
import type { Feed } from './feed.ts';

/** Images of these slices as the engine takes them: bytes `[slices, size, size, channels]`. */
export async function imageTensor(reader: ShardReader, slices: readonly string[]): Promise<HostTensor> {
  const data = await reader.read(slices);
  return { shape: [slices.length, reader.size, reader.size, reader.channels.length], dtype: 'int32', data };
}

/** What the two feeds of a backbone have: where its slices lie. */
interface Slices {
  reader: ShardReader;
  index: readonly SliceRow[];
}

/**
 * The images that a backbone learns from, as a sampler draws them: items are places in the order of an epoch. A step has as
 * many images as it has items: its last, smaller one is not padded, because batch norm's statistics would see the padding.
 */
export function trainingFeed({
  reader,
  index,
  drawn,
  augment,
}: Slices & {
  drawn: Sampling;
  augment: Augmentations;
}): Feed {
  return {
    items: drawn.items,
    ordered: true,
    async load(items, epoch) {
      if (epoch === null) throw new TypeError('what is learned from is drawn for an epoch');
      const order = drawn.epoch(epoch);
      const slices = items.map((item) => order.rows[item] as number);
      const turns = items.map((item) => order.turns[item] as number);
      const names = namesOf(index, slices);
      const tensors = { images: await imageTensor(reader, names), ...augment.draw(names, epoch, turns) };
      return { tensors, slices, counts: slices.map(() => true) };
    },
  };
}

/**
 * The images that a backbone is validated on, as they are.
 * @param rows of the index that have a record.
 * @param counts whether a row counts in the loss.
 */
export function validationFeed({
  reader,
  index,
  rows,
  counts,
}: Slices & { rows: readonly number[]; counts(row: number): boolean }): Feed {
  return {
    items: rows.length,
    async load(items) {
      const slices = items.map((item) => rows[item] as number);
      return {
        tensors: { images: await imageTensor(reader, namesOf(index, slices)) },
        slices,
        counts: slices.map(counts),
      };
    },
  };
}

const namesOf = (index: readonly SliceRow[], rows: readonly number[]): string[] =>
  rows.map((row) => (index[row] as SliceRow).slice);
