import { expect, test } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import type { Side } from '../../../src/registry/kinds/split.ts';
import { type JoinedSlice, sideInput } from '../../../src/runtime/evaluate/scored.ts';
import { labelled, rule } from './scored-fixture.ts';

test('under a split of slices the neighbours of the other side stay in their places, and are not judged', () => {
  const sides: readonly (Side | 'unlabelled')[] = ['train', 'validation', 'unlabelled', 'train', 'validation'];
  const series = sides.map((side, k) => ({
    slice: `s${k}`,
    series: 'one',
    patient: 'one',
    side: side === 'unlabelled' ? 'validation' : side,
    labels: side === 'unlabelled' ? null : labelled(LABELS.map(() => 0)),
    probabilities: LABELS.map(() => 0.5),
    atMm: null,
  })) as unknown as JoinedSlice[];
  const input = sideInput([series], 'validation', rule);
  expect(input.slices.map(({ slice }) => slice)).toEqual(['s1', 's4']);
  expect(input.series[0]!.positions.map(({ judged }) => judged)).toEqual([false, true, false, false, true]);
});
