import { describe, expect, it } from 'vitest';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { assertFits } from '../../../src/runtime/train/fits.ts';
import { networkCosts } from '../../../src/runtime/train/network-costs.ts';
import { common, registry, windows } from './fixture.ts';
import { backbone, block } from './toy.ts';

const recipe = {
  data: { image: { size: 16 } },
  windows,
  channels: [{ window: 'brain' }],
  backbone,
  sequence: { type: 'bi-lstm', layers: 1, cells: 2, dropout: 0, ...common, steps: 5 },
  train: { backbone: { ...block, batch: 4 }, sequence: { ...block, batch: 10, embeddings: 'in-sample' } },
} as unknown as ResolvedRecipe;
const engine = (parameters: number | null, multiplyAddsPerStep: number | null) => ({
  kind: 'wasm' as const,
  limits: { parameters, multiplyAddsPerStep },
});

describe('whether a recipe fits an engine', () => {
  const costs = networkCosts(recipe, registry);
  // 4 filters: stem 3x3x1x4 and block 3x3x4x4 kernels, two norms of 4 x 4, dense 4x6 + 6.
  const parameters = 36 + 144 + 32 + 30;
  // Both maps are 8 x 8 after the stem's stride 2.
  const multiplyAdds = 64 * 36 + 64 * 144 + 24;

  it('is decided by hand-counted figures', () => {
    expect(costs.backbone).toMatchObject({ parameters, multiplyAdds });
    // Two directions: (4 + 2) x 4 x 2 a step; dense 4 x 6 a step; 5 steps.
    expect(costs.sequence?.multiplyAdds).toBe(5 * (2 * 6 * 8 + 24));
  });

  it('passes at the limits, and where there are none', () => {
    assertFits(recipe, registry, engine(parameters, 4 * multiplyAdds));
    assertFits(recipe, registry, engine(null, null));
    assertFits({ ...recipe, backbone: 'none' }, registry, engine(1, 1));
  });

  it.each([
    [parameters - 1, null, 'parameters'],
    [null, 4 * multiplyAdds - 1, 'multiply-adds in a step of 4'],
  ])('fails above them, with the reason', (most, adds, reason) => {
    const run = () => assertFits(recipe, registry, engine(most, adds));
    expect(run).toThrow(
      expect.objectContaining({ code: 'network-too-large', exit: 2, message: expect.stringContaining(reason) }),
    );
  });
});
