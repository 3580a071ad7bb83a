import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import type { Metric } from '../../../src/index.ts';
import { patientsOf } from '../../../src/patients-of.ts';
import type { MetricInput } from '../../../src/registry/kinds/metric.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { drawPatients } from '../../../src/runtime/evaluate/draw-patients.ts';
import { intervalsOf } from '../../../src/runtime/evaluate/intervals.ts';
import { percentileInterval } from '../../../src/runtime/evaluate/percentile-interval.ts';
import { resamplerOf } from '../../../src/runtime/evaluate/resampler.ts';
import { metricCases, metrics, metricValue } from '../../plugins/metrics/metric-cases.ts';
import { registryOf } from '../stages/context.ts';
import { randomInput } from './random-input.ts';
import { anyOnly } from './scored-fixture.ts';

describe('patients drawn with replacement', () => {
  it('are as many as there are, and the same ones in whatever order the patients stand', () => {
    const people = ['c', 'a', 'd', 'b', 'e'];
    const one = drawPatients(people, 7);
    const other = drawPatients([...people].reverse(), 7);
    for (let n = 0; n < 50; n++) {
      expect(one(n).reduce((sum, times) => sum + times, 0)).toBe(5);
      expect([...one(n)].reverse()).toEqual([...other(n)]);
    }
    expect([...one(3)]).not.toEqual([...one(4)]);
    expect([...one(3)]).not.toEqual([...drawPatients(people, 8)(3)]);
  });

  it('draw each patient once on average', () => {
    const draw = drawPatients(
      Array.from({ length: 10 }, (_, i) => `p${i}`),
      0,
    );
    const sums = new Array<number>(10).fill(0);
    for (let n = 0; n < 4000; n++)
      draw(n).forEach((times, i) => {
        sums[i]! += times;
      });
    // 4,000 draws: mean 1, standard error 0.015.
    for (const sum of sums) expect(Math.abs(sum / 4000 - 1)).toBeLessThan(0.075);
  });
});

describe('a metric’s own way to resample', () => {
  const input = randomInput(1, 14);

  it.each(metricCases)('$value equals what is evaluated of the drawn patients', ({ metric, value }) => {
    expect(metric.resample).toBeDefined();
    const fast = resamplerOf(metric, input, value);
    const slow = resamplerOf({ ...metric, resample: undefined } as unknown as Metric, input, value);
    const draw = drawPatients(patientsOf(input.slices), 3);
    for (let n = 0; n < 12; n++) {
      const times = draw(n);
      for (const [at, { name }] of fast.figures.entries()) {
        const [own, general] = [fast.at(times, at), slow.at(times, at)];
        if (own === null || general === null) expect([name, own]).toEqual([name, general]);
        else expect(Math.abs(own - general), name).toBeLessThan(1e-12);
      }
    }
  });

  it.each(metricCases)('$value gives the figure itself where each patient is drawn once', ({ metric, value }) => {
    const { figures, at } = resamplerOf(metric, input, value);
    const once = new Int32Array(patientsOf(input.slices).length).fill(1);
    figures.forEach((figure, i) => {
      if (figure.value === null) expect(at(once, i)).toBeNull();
      else expect(at(once, i)).toBeCloseTo(figure.value, 12);
    });
  });
});

describe('intervals', () => {
  const registry = registryOf(builtIn);
  const recipe = (bootstrap: ResolvedRecipe['evaluation']['bootstrap'], types: readonly string[]) => ({
    evaluation: {
      bootstrap,
      heatMaps: false,
      metrics: types.map((type) => metricValue(type)),
      patient: randomInput(1, 1).patient as ResolvedRecipe['evaluation']['patient'],
    },
  });
  const of = (input: MetricInput, types: readonly string[], draws = 200) =>
    intervalsOf(input, recipe({ draws, seed: 5 }, types), registry, async () => {});

  it('are the percentiles of the figure over draws of patients with all their slices', async () => {
    // Three patients of two slices: the figure of a draw is the ratio of sums over what was drawn.
    const input = anyOnly([
      { p: [0.2, 0.4], y: [0, 0] },
      { p: [0.9], y: [1] },
      { p: [0.6, 0.3, 0.1], y: [1, 0, 0] },
    ]);
    const loss = (p: number, y: number) => -Math.log(y === 1 ? p : 1 - p);
    const sums = [loss(0.2, 0) + loss(0.4, 0), loss(0.9, 1), loss(0.6, 1) + loss(0.3, 0) + loss(0.1, 0)];
    const counts = [2, 1, 3];
    const draw = drawPatients(['p0', 'p1', 'p2'], 5);
    const values = Array.from({ length: 200 }, (_, n) => {
      const times = [...draw(n)];
      const total = (of: readonly number[]) => times.reduce((sum, t, i) => sum + t * of[i]!, 0);
      return total(sums) / total(counts);
    }).sort((a, b) => a - b);
    const found = (await of(input, ['mean-log-loss']))?.['mean-log-loss (any)'];
    // numpy's percentile: place 0.025 * 199 = 4.975 and 194.025 of the sorted values.
    expect(found?.low).toBeCloseTo(values[4]! + 0.975 * (values[5]! - values[4]!), 12);
    expect(found?.high).toBeCloseTo(values[194]! + 0.025 * (values[195]! - values[194]!), 12);
    expect(found).toMatchObject({ draws: 200, skipped: 0 });
  });

  it('skip draws without a class, and count them', async () => {
    const input = anyOnly([
      { p: [0.9], y: [1] },
      { p: [0.2], y: [0] },
    ]);
    const draw = drawPatients(['p0', 'p1'], 5);
    const without = Array.from({ length: 200 }, (_, n) => draw(n)[0]!).filter((times) => times !== 1).length;
    expect(without).toBeGreaterThan(50);
    const found = await of(input, ['auc']);
    expect(found?.['auc (any)']).toEqual({ low: 1, high: 1, draws: 200, skipped: without });
    expect(found?.['auc (subdural)']).toEqual({ low: null, high: null, draws: 200, skipped: 200 });
  });

  it('are given of every figure, and of none where none are asked for or one patient is all', async () => {
    const input = randomInput(2, 9);
    const types = ['mean-log-loss', 'patient-f1', 'auc'];
    const names = recipe(null, types).evaluation.metrics.flatMap((value) =>
      metrics
        .find(({ name }) => name === value.type)!
        .evaluate(input, value)
        .map(({ name }) => name),
    );
    expect(Object.keys((await of(input, types, 40)) ?? {})).toEqual(names);
    expect(await intervalsOf(input, recipe(null, types), registry, async () => {})).toBeNull();
    expect(await of(anyOnly([{ p: [0.1], y: [0] }]), types)).toBeNull();
  });

  it('leave nulls aside', () => {
    expect(percentileInterval([null, 3, 1, null, 2], 0.5)).toEqual({ low: 1.5, high: 2.5, draws: 5, skipped: 2 });
    expect(percentileInterval([])).toEqual({ low: null, high: null, draws: 0, skipped: 0 });
  });
});
