import { expect, it } from 'vitest';
import { augmentations } from '../../../src/runtime/train/augment.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { groupsOf } from '../../../src/runtime/train/groups.ts';
import { type RunFeedOptions, runFeed } from '../../../src/runtime/train/run-feed.ts';
import { sliceFeatures } from '../../../src/runtime/train/slice-features.ts';
import { common, registry, sliceRow } from './fixture.ts';
import { SIZE, toyReader } from './toy.ts';

/** Series a has 8 slices, b 2, c 5; the last of c has no label. */
const index = [
  ...Array.from({ length: 8 }, (_, i) => sliceRow('a', i, 0)),
  ...Array.from({ length: 2 }, (_, i) => sliceRow('b', i, 1)),
  ...Array.from({ length: 5 }, (_, i) => sliceRow('c', i, i === 4 ? null : 1)),
];
const affine = { type: 'affine', probability: 1, shift: 0.05, scale: 0.05, rotateDegrees: 20 };
const feed = (more: Partial<RunFeedOptions> = {}) =>
  runFeed({
    reader: toyReader(index.map(({ slice }) => slice)),
    index,
    groups: groupsOf(index, 'series'),
    slices: 4,
    batch: 2,
    seed: 3,
    counts: (row) => index[row]?.labels !== null,
    augment: augmentations([choose(registry, 'augmentation', affine)], { seed: 3, size: SIZE }),
    features: sliceFeatures({ ...common.features, position: true }, index),
    padsPictures: true,
    ...more,
  });
const runsOf = (slices: readonly number[], length = 4) =>
  Array.from({ length: slices.length / length }, (_, run) => slices.slice(run * length, (run + 1) * length));

it('takes of each series one run of adjacent slices, from another place in another epoch', async () => {
  const starts = new Set<number>();
  for (let epoch = 0; epoch < 12; epoch++) {
    const { slices, tensors } = await feed().load([0, 2], epoch);
    const [a = [], c = []] = runsOf(slices);
    const first = a[0] as number;
    starts.add(first);
    expect(a).toEqual([first, first + 1, first + 2, first + 3]);
    expect([10, 11]).toContain(c[0]);
    expect(tensors.images?.shape).toEqual([8, SIZE, SIZE, 1]);
    expect(tensors.places).toBeUndefined();
  }
  // Five places are possible.
  expect([...starts].sort()).toEqual([0, 1, 2, 3, 4]);
});

it('draws a run for its series alone: whatever is in the batch beside it', async () => {
  const [alone, beside] = [await feed().load([2], 5), await feed().load([0, 2], 5)];
  expect(runsOf(alone.slices)[0]).toEqual(runsOf(beside.slices)[1]);
});

it('fills a short series and a short batch up under the mask, with black pictures that count in nothing', async () => {
  const { slices, tensors, counts } = await feed().load([1], 0);
  expect(slices).toEqual([8, 9, -1, -1, -1, -1, -1, -1]);
  expect(Array.from(tensors.mask?.data ?? [])).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
  expect(counts).toEqual([true, true, false, false, false, false, false, false]);
  const images = tensors.images?.data as Uint8Array;
  expect(Math.max(...images.subarray(2 * SIZE * SIZE))).toBe(0);
  expect(Math.min(...images.subarray(0, 2 * SIZE * SIZE))).toBeGreaterThan(0);
});

it('hands over no picture but those of slices where statistics would see it, and says whose each is', async () => {
  const { tensors } = await feed({ padsPictures: false }).load([1, 0], 0);
  expect(tensors.images?.shape).toEqual([6, SIZE, SIZE, 1]);
  expect(tensors.places?.shape).toEqual([8, 6]);
  const places = Array.from(tensors.places?.data ?? []);
  const rows = Array.from({ length: 8 }, (_, step) => places.slice(step * 6, (step + 1) * 6).indexOf(1));
  // Series b is the first run, two slices and two steps without; series a fills the second.
  expect(rows).toEqual([0, 1, -1, -1, 2, 3, 4, 5]);
  expect(places.filter((one) => one === 1)).toHaveLength(6);
});

it('turns all slices of a run alike, and another run another way', async () => {
  const { tensors } = await feed().load([0, 2], 0);
  const matrices = Array.from(tensors['augment/matrices']?.data ?? []);
  const of = (picture: number) => matrices.slice(picture * 6, (picture + 1) * 6);
  for (const picture of [1, 2, 3]) expect(of(picture)).toEqual(of(0));
  expect(of(4)).not.toEqual(of(0));
});

it('puts beside each slice what stands there of the whole series', async () => {
  const { tensors, slices } = await feed().load([0, 1], 1);
  const [first = -1] = slices;
  expect(tensors.features?.shape).toEqual([2, 4, 1]);
  const beside = Array.from(tensors.features?.data ?? []);
  // Places from 0 to 1 over the 8 slices of a, the 2 of b.
  for (const step of [0, 1, 2, 3]) expect(beside[step]).toBeCloseTo((first + step) / 7, 6);
  expect(beside.slice(4)).toEqual([0, 1, 0, 0]);
});

it('does not count a slice without a label, and is asked for no validation', async () => {
  for (let epoch = 0; epoch < 4; epoch++) {
    const { slices, counts } = await feed().load([2], epoch);
    slices.forEach((row, step) => {
      expect(counts[step]).toBe(row >= 0 && row !== 14);
    });
  }
  await expect(feed().load([0], null)).rejects.toThrow('whole series');
});
