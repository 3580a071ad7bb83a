import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { patientsOf } from '../../../src/patients-of.ts';
import type { MetricInput } from '../../../src/registry/kinds/metric.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { pairedIntervals } from '../../../src/runtime/compare/paired-intervals.ts';
import { drawPatients } from '../../../src/runtime/evaluate/draw-patients.ts';
import { drawnInput } from '../../../src/runtime/evaluate/drawn-input.ts';
import type { EvaluatedRun } from '../../../src/runtime/evaluate/evaluated-run.ts';
import { metricValue } from '../../plugins/metrics/metric-cases.ts';
import { randomInput } from '../evaluate/random-input.ts';
import { registryOf } from '../stages/context.ts';

const registry = registryOf(builtIn);
const tick = async () => {};
const DRAWS = 60;
const run = (
  name: string,
  input: MetricInput,
  types: string[],
  bootstrap: object | false = { draws: DRAWS, seed: 5 },
) =>
  ({
    name,
    model: 'sequence',
    side: 'validation',
    input,
    registry,
    recipe: {
      name,
      evaluation: { bootstrap, metrics: types.map((type) => metricValue(type)) },
    } as unknown as ResolvedRecipe,
  }) satisfies EvaluatedRun;

/** The same slices, otherwise scored, with the series in another order. */
function other(input: MetricInput): MetricInput {
  const moved = (p: number, slice: string) => Math.min(0.99, p * (slice.endsWith('1') ? 0.5 : 1.1));
  const series = [...input.series].reverse().map((one) => ({
    ...one,
    slices: one.slices.map((slice) => ({
      ...slice,
      probabilities: slice.probabilities.map((p) => moved(p, slice.slice)),
    })),
  }));
  return { ...input, series, slices: series.flatMap(({ slices }) => slices) };
}

/** numpy's percentile of the middle 95 %. */
function middle(values: number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low + (high - low) * (place - Math.floor(place));
  };
  return [at(0.025), at(0.975)];
}

describe('paired intervals', () => {
  const a = randomInput(3, 24);
  const b = other(a);

  it('are those of the differences, patient by patient on the same draws, however the slices are ordered', async () => {
    const [found] = await pairedIntervals(run('a', a, ['mean-log-loss']), [run('b', b, ['mean-log-loss'])], tick);
    const loss = registry.get('metric', 'mean-log-loss')!;
    const params = metricValue('mean-log-loss');
    const lossOf = (input: MetricInput) => loss.evaluate(input, params)[0]!.value as number;
    // One draw stands for a number of times that each patient is there, by its name in both.
    const draw = drawPatients([...patientsOf(a.slices)].sort(), 5);
    const differences = Array.from({ length: DRAWS }, (_, n) => {
      const named = new Map([...patientsOf(a.slices)].sort().map((patient, place) => [patient, draw(n)[place]!]));
      const drawn = (input: MetricInput) =>
        drawnInput(
          input,
          Int32Array.from(patientsOf(input.slices), (patient) => named.get(patient)!),
        );
      return lossOf(drawn(b)) - lossOf(drawn(a));
    });
    const [low, high] = middle(differences);
    const difference = found!.get('mean-log-loss')!;
    expect(difference.value).toBeCloseTo(lossOf(b) - lossOf(a), 12);
    expect(difference.interval).toMatchObject({ draws: DRAWS, skipped: 0 });
    expect(difference.interval!.low).toBeCloseTo(low, 10);
    expect(difference.interval!.high).toBeCloseTo(high, 10);
    // Two intervals of their own would be wider: most of what draws change is the same for both.
    expect(high - low).toBeGreaterThan(0);
  });

  it('are nought between a run and itself', async () => {
    const types = ['mean-log-loss', 'auc', 'patient-f1'];
    const [found] = await pairedIntervals(run('a', a, types), [run('b', a, types)], tick);
    expect(found!.size).toBeGreaterThan(3);
    for (const { value, interval } of found!.values())
      expect([value, interval!.low, interval!.high]).toEqual([0, 0, 0]);
  });

  it('of what goes by order alone are those of the scores before a calibration', async () => {
    const series = [...a.series].reverse();
    const calibrated = { ...b, byRank: { ...a, series, slices: series.flatMap(({ slices }) => slices) } };
    const types = ['auc', 'mean-log-loss'];
    const [found] = await pairedIntervals(run('a', a, types), [run('b', calibrated, types)], tick);
    expect(found!.get('auc (any)')).toMatchObject({ value: 0, interval: { low: 0, high: 0 } });
    expect(found!.get('mean-log-loss')!.value).not.toBe(0);
  });

  it('need two patients, and no draws that the recipe states; figures that one of the two lacks are left out', async () => {
    const without = await pairedIntervals(run('a', a, ['auc'], false), [run('b', b, ['auc'])], tick);
    // Its recipe asks for none of its own figures: a difference has one all the same.
    expect([...without[0]!.values()].map(({ interval }) => interval?.draws)).toEqual([
      1000, 1000, 1000, 1000, 1000, 1000,
    ]);
    const one = (input: MetricInput): MetricInput => ({
      ...input,
      slices: input.slices.filter(({ patient }) => patient === 'p1'),
      series: input.series.filter(({ patient }) => patient === 'p1'),
    });
    const alone = await pairedIntervals(
      run('a', one(a), ['mean-log-loss']),
      [run('b', one(b), ['mean-log-loss'])],
      tick,
    );
    expect(alone[0]!.get('mean-log-loss')!.interval).toBeNull();
    const [apart] = await pairedIntervals(run('a', a, ['auc']), [run('b', b, ['mean-log-loss'])], tick);
    expect(apart!.size).toBe(0);
  });
});
