import { expect, it } from 'vitest';
import { differing } from '../../../src/registry/values/differences.ts';

it('of two blocks with different types only what differs is left, all the way down', () => {
  const training = { epochs: 3, optimizer: { type: 'adam', learningRate: 0.1 } };
  expect(
    differing(
      { type: 'bi-lstm', group: 'series', layers: 2, training },
      { type: 'bi-gru', group: 'series', cells: 8, training: { ...training, epochs: 4 } },
    ),
  ).toEqual([
    { type: 'bi-lstm', layers: 2, training: { epochs: 3 } },
    { type: 'bi-gru', training: { epochs: 4 }, cells: 8 },
  ]);
});

it('other values stay as they are', () => {
  expect(differing('none', { type: 'bi-lstm' })).toEqual(['none', { type: 'bi-lstm' }]);
  expect(differing([1, 2], [1])).toEqual([[1, 2], [1]]);
  expect(differing(undefined, 3)).toEqual([undefined, 3]);
});
