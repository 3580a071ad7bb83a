import { describe, expect, it } from 'vitest';
import { updates } from '../../../src/runtime/train/order.ts';
import { itemsSeen, roundsOf } from '../../../src/runtime/train/rounds.ts';

const block = { batch: 4, accumulate: 1, stepsPerEpoch: null, validateEvery: null };

describe('rounds', () => {
  it('are the passes over the data where epochs are stated', () => {
    expect(roundsOf(14, { ...block, epochs: 3 })).toEqual([
      { start: 0, end: 4, epoch: 1 },
      { start: 4, end: 8, epoch: 2 },
      { start: 8, end: 12, epoch: 3 },
    ]);
    expect(roundsOf(14, { ...block, epochs: 2, stepsPerEpoch: 3 }).map(({ end }) => end)).toEqual([3, 6]);
  });

  it('end with the updates that are stated, the last pass in part', () => {
    expect(roundsOf(14, { ...block, updates: 10 })).toEqual([
      { start: 0, end: 4, epoch: 1 },
      { start: 4, end: 8, epoch: 2 },
      { start: 8, end: 10, epoch: 2.5 },
    ]);
    // Less than one pass is one round.
    expect(roundsOf(1400, { ...block, updates: 10 })).toEqual([{ start: 0, end: 10, epoch: 10 / 350 }]);
  });

  it('are of validateEvery updates, across passes', () => {
    const every = roundsOf(14, { ...block, epochs: 3, validateEvery: 5 });
    expect(every.map(({ start, end, epoch }) => [start, end, epoch])).toEqual([
      [0, 5, 1.25],
      [5, 10, 2.5],
      [10, 12, 3],
    ]);
  });

  it('are the same number of updates however they are stated', () => {
    expect(updates(14, { ...block, epochs: 3 })).toBe(12);
    expect(updates(14, { ...block, updates: 12 })).toBe(12);
    expect(updates(14, { ...block, epochs: 3, stepsPerEpoch: 2 })).toBe(6);
  });

  it('count updates, each of so many batches, where batches are accumulated', () => {
    const three = { ...block, accumulate: 3 };
    // 14 items: 12 in the first update, 2 in the last.
    expect(roundsOf(14, { ...three, epochs: 2 })).toEqual([
      { start: 0, end: 2, epoch: 1 },
      { start: 2, end: 4, epoch: 2 },
    ]);
    expect([1, 2, 3].map((after) => itemsSeen(14, { ...three, epochs: 2 }, after))).toEqual([12, 14, 26]);
  });

  it('know how many items were seen: the last step of a pass is smaller', () => {
    const seen = [0, 1, 3, 4, 5, 8, 10].map((after) => itemsSeen(14, { ...block, updates: 10 }, after));
    expect(seen).toEqual([0, 4, 12, 14, 18, 28, 36]);
    expect(itemsSeen(14, { ...block, epochs: 2, stepsPerEpoch: 2 }, 4)).toBe(16);
  });
});
