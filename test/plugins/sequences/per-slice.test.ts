import { describe, expect, it } from 'vitest';
import biLstm from '../../../plugins/sequences/bi-lstm.ts';
import { biLstmWeights, denseWeights, matchingWidths } from '../../../plugins/sequences/matching-width.ts';
import perSlice from '../../../plugins/sequences/per-slice.ts';
import type { Sequence } from '../../../src/index.ts';
import { describeSequence } from '../../../src/runtime/train/network.ts';
import { common } from '../../runtime/train/fixture.ts';

const count = (component: unknown, embedding: number, layers: number, cells: number) =>
  describeSequence(component as Sequence, { ...common, layers, cells, dropout: 0.3 } as never, { embedding }).parameters
    .total;

describe('per-slice', () => {
  it.each([
    [1536, 2, 256],
    [2048, 2, 256],
    [2048, 1, 64],
    [1536, 4, 512],
    [2048, 2, 4],
    [64, 1, 32],
    [64, 2, 16],
    [128, 8, 8],
    // With deltas, and with features beside them.
    [4608, 2, 256],
    [194, 2, 24],
  ])('has as many parameters as the bi-lstm on %i: %i x %i, to within 1 %%', (embedding, layers, cells) => {
    const [own, other] = [count(perSlice, embedding, layers, cells), count(biLstm, embedding, layers, cells)];
    expect(Math.abs(own / other - 1)).toBeLessThan(0.01);
  });

  it('counts as facts 1.2 do: 5,250,054 on 1536 with the prediction layer, and layers one more than the bi-lstm', () => {
    expect(biLstmWeights(1536, { layers: 2, cells: 256 }) + 513 * 6).toBe(5_250_054);
    expect(biLstmWeights(2048, { layers: 2, cells: 256 }) + 513 * 6).toBe(6_298_630);
    const widths = matchingWidths(1536, { layers: 2, cells: 256 });
    expect(widths).toHaveLength(4);
    expect(widths.at(-1)).toBe(512);
    // By hand: (10 + 1) 4 + (4 + 1) 3 = 59.
    expect(denseWeights(10, [4, 3])).toBe(59);
  });
});
