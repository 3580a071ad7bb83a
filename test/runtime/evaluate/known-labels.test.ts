import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { LABELS, type Label } from '../../../src/labels.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { modelMetrics } from '../../../src/runtime/evaluate/model-metrics.ts';
import type { JoinedSlice } from '../../../src/runtime/evaluate/scored.ts';

const recipe = {
  backbone: { type: 'small-cnn' },
  sequence: 'none',
  evaluation: {
    metrics: [{ type: 'mean-log-loss', level: 'slice' }, { type: 'patient-f1' }, { type: 'auc', level: 'slice' }],
    patient: { rule: 'consecutive', slices: 1, millimetres: null, threshold: 0.5, truth: ['same-rule'] },
    bootstrap: null,
  },
} as unknown as ResolvedRecipe;

/** Six patients of one slice each, of which the even ones are positive; types stand as `type` says. */
const slices = (type: 0 | 1): JoinedSlice[][] =>
  Array.from({ length: 6 }, (_, i) => [
    {
      slice: `s${i}`,
      series: `r${i}`,
      patient: `p${i}`,
      order: 0,
      side: 'test',
      how: 'predicted',
      probabilities: [0.1, 0.2, 0.3, 0.4, 0.5, i % 3 === 0 ? 0.9 : 0.2],
      atMm: null,
      labels: Object.fromEntries(
        LABELS.map((label) => [label, label === 'any' ? (((i + 1) % 2) as 0 | 1) : type]),
      ) as never,
    },
  ]);

describe('figures of labels that are known in part', () => {
  const figures = async (known: readonly Label[], type: 0 | 1 = 0) => {
    const registry = createRegistry(builtIn);
    const { sides } = await modelMetrics('backbone', slices(type), recipe, registry, { known });
    return sides[0]!;
  };

  it('are those that do not count the others, whatever stands in their place', async () => {
    const any = await figures(['any']);
    const names = any.figures.map(({ name }) => name);
    expect(names).toContain('patient-f1 (truth: same-rule)');
    expect(names).toContain('auc (any)');
    // The loss of `any` alone counts no other label; the mean over all six does.
    expect(names).toContain('mean-log-loss (any)');
    expect(names).not.toContain('mean-log-loss');
    expect(names.some((name) => /epidural|subdural/.test(name))).toBe(false);
    expect(any.prevalence).toEqual({ any: { positives: 3, share: 0.5 } });
    expect((await figures(['any'], 1)).figures).toEqual(any.figures);
  });

  it('are all where all labels are known', async () => {
    expect((await figures(LABELS)).figures.map(({ name }) => name)).toContain('mean-log-loss');
  });
});
