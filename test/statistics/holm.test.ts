import { expect, test } from 'vitest';
import { holm } from '../../src/statistics/holm.ts';

test('Holm’s p values, in the order that they were given in', () => {
  // R: p.adjust(c(0.04, 0.01, 0.03, 0.6), "holm")
  expect(holm([0.04, 0.01, 0.03, 0.6]).map((p) => Number(p.toFixed(10)))).toEqual([0.09, 0.04, 0.09, 0.6]);
  expect(holm([0.5, 0.9])).toEqual([1, 1]);
  expect(holm([0.02])).toEqual([0.02]);
  expect(holm([])).toEqual([]);
});
