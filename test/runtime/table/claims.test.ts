import { expect, test } from 'vitest';
import { decide } from '../../../src/runtime/table/claims.ts';

test.each([
  // low, high, by, outcome
  [0.021, 0.04, 0.02, 'holds'],
  [0.02, 0.04, 0.02, 'undecided'],
  [0.01, 0.03, 0.02, 'undecided'],
  [0.01, 0.02, 0.02, 'fails'],
  [-0.04, 0.01, 0.02, 'fails'],
  [-0.04, -0.01, 0, 'fails'],
  [-0.01, 0.01, 0, 'undecided'],
  [0.001, 0.01, 0, 'holds'],
  // The same predictions on both sides: no gain at all.
  [0, 0, 0, 'fails'],
] as const)('from %f to %f, a gain of more than %f: %s', (low, high, by, outcome) => {
  expect(decide({ low, high }, by)).toBe(outcome);
});
