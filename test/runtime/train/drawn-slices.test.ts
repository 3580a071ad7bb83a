import { describe, expect, it } from 'vitest';
import { defineSampler, type Sampler, Type } from '../../../src/index.ts';
import { augmentations } from '../../../src/runtime/train/augment.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { sampling } from '../../../src/runtime/train/drawn-slices.ts';
import { epochSteps } from '../../../src/runtime/train/order.ts';
import { trainingFeed } from '../../../src/runtime/train/slice-feed.ts';
import { registry, sliceRow } from './fixture.ts';
import { SIZE, toyReader } from './toy.ts';

/** Series, and patients, a (4 slices) and b (2 slices); every second slice positive. */
const index = [
  ...[0, 1, 2, 3].map((i) => sliceRow('a', i, i % 2 ? 1 : 0)),
  ...[0, 1].map((i) => sliceRow('b', i, i ? 1 : 0)),
];
const rows = [0, 1, 2, 3, 4, 5];
const drawnBy = (type: string, more: object = {}) =>
  sampling(choose(registry, 'sampler', { type, ...more }), { index, rows, seed: 7 });

describe('the slices of an epoch', () => {
  it('are, drawn uniformly, the steps that there were before there were samplers', () => {
    for (const epoch of [0, 1, 5]) {
      const before = epochSteps(6, 4, { seed: 7, purpose: 'backbone-order', epoch, stepsPerEpoch: null }).flat();
      expect(drawnBy('uniform').epoch(epoch)).toEqual({ rows: before, turns: [0, 0, 0, 0, 0, 0] });
    }
    // Items of an ordered feed are taken as they come.
    const ordered = { seed: 7, purpose: 'backbone-order', epoch: 0, stepsPerEpoch: null, ordered: true };
    expect(epochSteps(6, 4, ordered)).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
  });

  it('are as many as the sampler draws: one of each patient', () => {
    const one = drawnBy('one-slice-per-patient');
    expect(one.items).toBe(2);
    expect(
      one
        .epoch(0)
        .rows.map((row) => index[row]!.group)
        .sort(),
    ).toEqual(['p-a', 'p-b']);
  });

  it('are of the rows that it was given, and say how often each came before', () => {
    const few = sampling(choose(registry, 'sampler', { type: 'balanced', label: 'any', share: 0.75 }), {
      index,
      rows: [1, 2, 4, 0],
      seed: 7,
    });
    const { rows: drawn, turns } = few.epoch(0);
    expect(drawn.filter((row) => row === 1)).toHaveLength(3);
    expect(drawn.flatMap((row, at) => (row === 1 ? [turns[at]] : []))).toEqual([0, 1, 2]);
  });

  it('are refused where a sampler of a plugin gives others than it says', () => {
    const broken = (order: Sampler['order']) =>
      sampling(
        {
          component: defineSampler({
            name: 'acme/broken',
            version: 1,
            summary: 'Broken.',
            params: Type.Object({}),
            contract: () => ({ draws: 'slices', prevalence: 'kept' }),
            order,
          }),
          params: {},
        },
        { index, rows, seed: 7 },
      );
    expect(() => broken(() => [0, 1]).epoch(0)).toThrow(
      expect.objectContaining({ code: 'sampler-order', message: expect.stringContaining('has 2 places') }),
    );
    expect(() => broken(() => [0, 1, 2, 3, 4, 6]).epoch(0)).toThrow(/place 5 of its order is 6/);
  });
});

it('a slice that comes again in an epoch is augmented in another way', async () => {
  const augment = augmentations(
    [choose(registry, 'augmentation', { type: 'affine', probability: 1, shift: 0.2, scale: 0.2, rotateDegrees: 20 })],
    { seed: 7, size: SIZE },
  );
  const drawn = sampling(choose(registry, 'sampler', { type: 'balanced', label: 'any', share: 0.75 }), {
    index,
    rows: [1, 2, 4, 0],
    seed: 7,
  });
  const reader = toyReader(index.map(({ slice }) => slice));
  const feed = trainingFeed({ reader, index, drawn, augment });
  const { tensors, slices } = await feed.load([0, 1, 2, 3], 0);
  const matrices = tensors['augment/matrices']!.data as Float32Array;
  const own = slices.flatMap((row, at) => (row === 1 ? [String(matrices.slice(6 * at, 6 * at + 6))] : []));
  expect(own).toHaveLength(3);
  expect(new Set(own).size).toBe(3);
  // The first time it is augmented as ever.
  const first = augment.draw([index[1]!.slice], 0)['augment/matrices']!.data as Float32Array;
  expect(own[0]).toBe(String(first));
});
