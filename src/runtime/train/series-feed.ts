import type { HostTensors } from '../engine/engine.ts';
import type { Feed } from './feed.ts';
import type { Group } from './groups.ts';
import type { Sequence, SequenceReader } from './sequence-reader.ts';

/** Lengths come in multiples of this where nothing else decides: few forms for an engine that compiles each of them. */
const UNIT = 8;
export const rounded = (length: number): number => Math.ceil(length / UNIT) * UNIT;

/**
 * Groups as batches of sequences. In training every step has one shape, padded under the mask with zeros (padding changes
 * no loss and no output); else each group is whole, padded to the longest of its batch
 * and on to a multiple of 8.
 */
export function seriesFeed({
  reader,
  groups,
  batch,
  counts,
}: {
  reader: SequenceReader;
  groups: readonly Group[];
  /** Groups in one training step. */
  batch: number;
  /** Whether a row of the index counts in the loss. */
  counts(row: number): boolean;
}): Feed {
  const longest = reader.longest(groups);
  return {
    items: groups.length,
    async load(items, epoch) {
      const sequences = await Promise.all(items.map((item) => reader.read(groups[item] as Group, epoch)));
      const training = epoch !== null;
      const { tensors, slices } = sequenceBatch(sequences, reader.width, {
        length: training ? longest : rounded(Math.max(...sequences.map(({ rows }) => rows.length))),
        items: training ? Math.min(batch, groups.length) : sequences.length,
      });
      return { tensors, slices, counts: slices.map((row) => row >= 0 && counts(row)) };
    },
  };
}

/**
 * `embeddings` `[items, length, width]`, `mask` `[items, length]` (1 where the network reads), and the row of the index for
 * each step; -1 where none stands.
 */
export function sequenceBatch(
  sequences: readonly Sequence[],
  width: number,
  { items, length }: { items: number; length: number },
) {
  const slices = new Array<number>(items * length).fill(-1);
  const embeddings = new Float32Array(items * length * width);
  const mask = new Float32Array(items * length);
  sequences.forEach(({ rows, vectors }, item) => {
    rows.forEach((row, step) => {
      slices[item * length + step] = row;
      mask[item * length + step] = 1;
    });
    embeddings.set(vectors, item * length * width);
  });
  const tensors = {
    embeddings: { shape: [items, length, width], dtype: 'float32', data: embeddings },
    mask: { shape: [items, length], dtype: 'float32', data: mask },
  } satisfies HostTensors;
  return { tensors, slices };
}
