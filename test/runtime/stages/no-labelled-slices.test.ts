import { expect, it } from 'vitest';
import { noLabelledSlices } from '../../../src/runtime/stages/inputs.ts';

it('a training side without a slice names data.minBrainFraction where that may be why, and only there', () => {
  expect(noLabelledSlices('backbone', 'nothing is left', 0.9).hint).toMatch(
    /^Lower data\.minBrainFraction, or write null\./,
  );
  expect(noLabelledSlices('backbone', 'nothing is left').hint).toMatch(/^Check the labels file/);
});
