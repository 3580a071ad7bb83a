import { describe, expect, it } from 'vitest';
import { batchesPerUpdate, epochSteps } from '../../../src/runtime/train/order.ts';

const draw = { seed: 3, purpose: 'backbone-order', epoch: 0, stepsPerEpoch: null };

describe('the order of an epoch', () => {
  it('takes every item once, the last step as small as it comes', () => {
    const steps = epochSteps(10, 4, draw);
    expect(steps.map((step) => step.length)).toEqual([4, 4, 2]);
    expect(steps.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('depends on seed, purpose and epoch, and on nothing else', () => {
    expect(epochSteps(10, 4, draw)).toEqual(epochSteps(10, 4, draw));
    for (const other of [{ seed: 4 }, { purpose: 'sequence-order' }, { epoch: 1 }]) {
      expect(epochSteps(10, 4, { ...draw, ...other })).not.toEqual(epochSteps(10, 4, draw));
    }
  });

  it('is cut by stepsPerEpoch, not drawn anew', () => {
    expect(epochSteps(10, 4, { ...draw, stepsPerEpoch: 2 })).toEqual(epochSteps(10, 4, draw).slice(0, 2));
    expect(epochSteps(10, 4, { ...draw, stepsPerEpoch: 9 })).toEqual(epochSteps(10, 4, draw));
  });
});

it('an update has the batches of its own, the last of a pass those that are left', () => {
  const of = (items: number, accumulate: number, stepsPerEpoch: number | null = null) =>
    batchesPerUpdate(items, { batch: 8, accumulate, stepsPerEpoch });
  // 53 items are 7 batches.
  expect(of(53, 1)).toBe(1);
  expect(of(53, 3)).toBeCloseTo(7 / 3);
  expect(of(53, 7)).toBe(7);
  expect(of(53, 50)).toBe(7);
  expect(of(53, 3, 2)).toBe(3);
  expect(of(3, 4)).toBe(1);
});
