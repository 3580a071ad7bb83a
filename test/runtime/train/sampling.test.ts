import { describe, expect, it } from 'vitest';
import { regularInterval } from '../../../src/runtime/train/sampling.ts';
import reference from '../../fixtures/training.json' with { type: 'json' };

describe('regular-interval sampling', () => {
  it.each(Object.entries(reference.sequence_sampling.indices))(
    'takes the reference places of %s slices',
    (length, places) => {
      expect(regularInterval(Number(length), 60)).toEqual(places);
    },
  );

  it('keeps all of a series that is short enough', () => {
    expect(regularInterval(3, 60)).toEqual([0, 1, 2]);
    expect(regularInterval(0, 60)).toEqual([]);
    expect(regularInterval(5, 1)).toEqual([0]);
  });
});
