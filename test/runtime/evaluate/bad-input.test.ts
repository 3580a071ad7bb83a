import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { LABELS } from '../../../src/labels.ts';
import type { Side } from '../../../src/registry/kinds/split.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import type { PredictionRow } from '../../../src/runtime/artifacts/predictions.ts';
import { modelMetrics } from '../../../src/runtime/evaluate/model-metrics.ts';
import { bySeries, countSides, type JoinedSlice, joinTruth } from '../../../src/runtime/evaluate/scored.ts';
import { metrics, metricValue } from '../../plugins/metrics/metric-cases.ts';
import { registryOf } from '../stages/context.ts';
import { labelled, rule } from './scored-fixture.ts';

const row = (slice: string, p = 0.5, side: Side = 'validation'): PredictionRow => ({
  slice,
  series: slice.slice(0, 1),
  patient: slice.slice(0, 1),
  order: 0,
  side,
  how: 'predicted',
  probabilities: LABELS.map(() => p),
});
const index = ['a1', 'a2', 'b1'].map((slice) => ({
  slice,
  series: slice.slice(0, 1),
  spacingMm: null,
  group: slice.slice(0, 1),
  labels: labelled([0, 0, 0, 0, 0, 0]),
}));

describe('predictions that do not fit their index', () => {
  it.each([
    ['an unknown slice', ['a1', 'a2', 'b1', 'c1'], '1 predicted slices are not in the index, the first is c1'],
    ['a missing slice', ['a1', 'b1'], '1 have no prediction, the first is a2'],
    [
      'both',
      ['a1', 'x', 'b1'],
      '1 predicted slices are not in the index, the first is x; 1 have no prediction, the first is a2',
    ],
    ['another order', ['a2', 'a1', 'b1'], 'a slice stands twice or in another place'],
    ['none', [], '3 have no prediction, the first is a1'],
  ])('%s is named', (_, slices, words) => {
    let thrown: unknown;
    try {
      joinTruth(
        index,
        slices.map((slice) => row(slice)),
      );
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'predictions-mismatch', message: expect.stringContaining(words) });
  });

  it.each([Number.NaN, -0.1, 1.1])('%d is no probability', (p) => {
    const rows = [row('a1'), row('a2', p), row('b1')];
    expect(() => joinTruth(index, rows)).toThrow(expect.objectContaining({ code: 'predictions-invalid' }));
  });
});

it('figures go by whom index takes for one person, whatever ids stand in the predictions', () => {
  const joined = joinTruth(
    index.map((one) => ({ ...one, group: 'somebody' })),
    ['a1', 'a2', 'b1'].map((slice) => row(slice)),
  );
  expect(joined.map(({ patient }) => patient)).toEqual(['somebody', 'somebody', 'somebody']);
  expect(countSides(joined)).toEqual({ slices: 3, series: 2, patients: 1 });
});

describe('every metric', () => {
  const recipe = {
    backbone: { type: 'small-cnn' },
    sequence: 'none',
    evaluation: {
      metrics: metrics.flatMap(({ name, params }) =>
        'level' in params.properties
          ? ['slice', 'series', 'patient'].map((level) => metricValue(name, { level }))
          : [metricValue(name)],
      ),
      patient: rule,
      bootstrap: { draws: 40, seed: 0 },
    },
  } as unknown as ResolvedRecipe;
  const of = (slices: readonly JoinedSlice[]) =>
    modelMetrics('backbone', bySeries(slices), recipe, registryOf(builtIn));
  const joined = (slice: string, any: 0 | 1, side: Side = 'validation'): JoinedSlice => ({
    ...row(slice, any ? 0.9 : 0.2, side),
    labels: labelled([any, any, any, any, any, any]),
    atMm: null,
  });

  it.each([0, 1] as const)(
    'is a number or null where every label is %i, and its interval skips what is null',
    async (any) => {
      const { sides } = await of(['a1', 'a2', 'b1', 'c1'].map((slice) => joined(slice, any)));
      const { figures, intervals } = sides[0]!;
      expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
      for (const { name, value, counts } of figures) {
        expect(value === null || Number.isFinite(value), name).toBe(true);
        expect(
          Object.values(counts).every((count) => Number.isInteger(count) && count >= 0),
          name,
        ).toBe(true);
        const { low, high, skipped } = intervals![name]!;
        expect([low === null, high === null, skipped], name).toEqual(
          value === null ? [true, true, 40] : [false, false, 0],
        );
      }
      expect(figures.find(({ name }) => name === 'auc (any)')?.value).toBeNull();
    },
  );

  it('of the same name as another is an error that names both metrics, whatever check could know', async () => {
    const twice = {
      ...recipe,
      evaluation: { ...recipe.evaluation, metrics: [metricValue('auc'), metricValue('brier'), metricValue('auc')] },
    };
    await expect(
      modelMetrics('backbone', bySeries([joined('a1', 1), joined('b1', 0)]), twice, registryOf(builtIn)),
    ).rejects.toMatchObject({
      code: 'metric-figures',
      message: 'Two figures are named auc (epidural): one of the metric auc, one of auc.',
    });
  });

  it('is absent on a side without a label, and the others stay', async () => {
    const unlabelled = { ...row('c1', 0.5, 'test'), labels: null, atMm: null };
    expect((await of([joined('a1', 1, 'train'), joined('b1', 0), unlabelled])).sides.map(({ side }) => side)).toEqual([
      'validation',
      'train',
    ]);
    expect((await of([unlabelled])).sides).toEqual([]);
    expect((await of([])).sides).toEqual([]);
  });
});
