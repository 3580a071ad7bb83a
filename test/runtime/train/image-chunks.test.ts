import { expect, it } from 'vitest';
import type { ShardReader } from '../../../src/runtime/artifacts/shards.ts';
import type { SliceRow } from '../../../src/runtime/artifacts/slices.ts';
import { chunkTensor } from '../../../src/runtime/train/image-chunks.ts';

const reader = {
  size: 2,
  channels: ['brain'],
  read: async (slices: readonly string[]) =>
    Uint8Array.from(slices.flatMap((slice) => [1, 1, 1, 1].map(() => Number(slice)))),
} as unknown as ShardReader;
const index = Array.from({ length: 12 }, (_, slice) => ({ slice: String(slice + 1) })) as unknown as SliceRow[];

it('fills a chunk up with black images to eight, and leaves a slice that is alone alone', async () => {
  const alone = await chunkTensor(reader, index, [4]);
  expect(alone.shape).toEqual([1, 2, 2, 1]);
  expect([...(alone.data as Uint8Array)]).toEqual([5, 5, 5, 5]);
  const few = await chunkTensor(reader, index, [0, 1, 2]);
  expect(few.shape).toEqual([8, 2, 2, 1]);
  expect([...(few.data as Uint8Array)].filter(Boolean)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  expect((await chunkTensor(reader, index, [...index.keys()].slice(0, 9))).shape).toEqual([16, 2, 2, 1]);
});
