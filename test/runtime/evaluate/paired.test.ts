import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { patientsOf } from '../../../src/patients-of.ts';
import type { MetricInput } from '../../../src/registry/kinds/metric.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import type { EvaluatedRun } from '../../../src/runtime/evaluate/evaluated-run.ts';
import { pairedDifferences } from '../../../src/runtime/evaluate/paired.ts';
import { metrics, metricValue } from '../../plugins/metrics/metric-cases.ts';
import { registryOf } from '../stages/context.ts';
import { randomInput } from './random-input.ts';

const registry = registryOf(builtIn);
const TYPES = ['mean-log-loss', 'auc', 'patient-f1'];
const run = (name: string, input: MetricInput, types = TYPES): EvaluatedRun => ({
  name,
  model: 'sequence',
  side: 'validation',
  input,
  registry,
  recipe: { name, evaluation: { metrics: types.map((type) => metricValue(type)) } } as unknown as ResolvedRecipe,
});
/** The same slices with other scores. */
function shifted(input: MetricInput, by: (patient: string) => number): MetricInput {
  const moved = (p: number, patient: string) => Math.min(0.99, Math.max(0.01, p + by(patient)));
  const series = input.series.map((one) => ({
    ...one,
    slices: one.slices.map((slice) => ({
      ...slice,
      probabilities: slice.probabilities.map((p) => moved(p, slice.patient)),
    })),
    positions: one.positions.map((position) => ({ ...position, any: moved(position.any, one.patient) })),
  }));
  return { ...input, series, slices: series.flatMap(({ slices }) => slices) };
}
const only = (input: MetricInput, wanted: (patient: string) => boolean): MetricInput => ({
  ...input,
  slices: input.slices.filter(({ patient }) => wanted(patient)),
  series: input.series.filter(({ patient }) => wanted(patient)),
});

describe('paired differences', () => {
  const a = shifted(randomInput(3, 24), () => 0);
  const b = shifted(a, (patient) => (patient < 'p15' ? 0.2 : -0.1));
  const people = patientsOf(a.slices).sort();

  it('are nought between a run and itself, for every patient', async () => {
    const found = await pairedDifferences([{ left: run('a', a), right: run('b', a) }], 'mean-log-loss');
    expect(found.patients).toEqual(people);
    expect(found.pairs).toEqual([{ value: 0, pseudo: people.map(() => 0) }]);
  });

  it.each([
    ['mean-log-loss', 'mean-log-loss'],
    ['auc', 'auc (any)'],
    ['patient-f1', 'patient-f1 (truth: any-slice)'],
  ])('have pseudo-values: what %s is without each patient, evaluated anew', async (type, figure) => {
    const { pairs } = await pairedDifferences([{ left: run('a', a), right: run('b', b) }], figure);
    const metric = metrics.find(({ name }) => name === type)!;
    const value = (input: MetricInput) =>
      metric.evaluate(input, metricValue(type)).find(({ name }) => name === figure)!.value!;
    const whole = value(a) - value(b);
    expect(pairs[0]!.value).toBeCloseTo(whole, 12);
    for (const [i, patient] of people.entries()) {
      const without = (input: MetricInput) => value(only(input, (one) => one !== patient));
      const expected = people.length * whole - (people.length - 1) * (without(a) - without(b));
      expect(pairs[0]!.pseudo[i], patient).toBeCloseTo(expected, 9);
    }
  });

  it('of pairs with other patients have no pseudo-values: each is a replicate', async () => {
    const some = only(a, (patient) => patient !== people[0]);
    const pairs = [
      { left: run('a', a), right: run('b', b) },
      {
        left: run('c', some),
        right: run(
          'd',
          only(b, (patient) => patient !== people[0]),
        ),
      },
    ];
    const found = await pairedDifferences(pairs, 'mean-log-loss');
    expect(found.patients).toEqual([]);
    expect(found.pairs.map(({ pseudo }) => pseudo)).toEqual([[], []]);
    expect(found.pairs.every(({ value }) => value !== null)).toBe(true);
  });

  it('are null where a figure is not defined without a patient', async () => {
    // One patient alone is positive.
    const labelled = (input: MetricInput): MetricInput => {
      const label = (patient: string) => (patient === people[2] ? 1 : 0);
      const series = input.series.map((one) => ({
        ...one,
        slices: one.slices.map((slice) => ({
          ...slice,
          labels: { ...slice.labels, any: label(slice.patient) as 0 | 1 },
        })),
      }));
      return { ...input, series, slices: series.flatMap(({ slices }) => slices) };
    };
    const found = await pairedDifferences([{ left: run('a', labelled(a)), right: run('b', labelled(b)) }], 'auc (any)');
    expect(found.pairs[0]!.pseudo.map((one) => one === null)).toEqual(people.map((_, i) => i === 2));
  });

  it('refuse sides with other patients or slices, and a figure that is not evaluated', async () => {
    const fewer = { ...a, slices: a.slices.filter(({ patient }) => patient !== 'p4') };
    const compare = (left: MetricInput, right: MetricInput, figure = 'mean-log-loss') =>
      pairedDifferences(
        [{ left: run('a', left, ['mean-log-loss']), right: run('b', right, ['mean-log-loss']) }],
        figure,
      );
    await expect(compare(a, fewer)).rejects.toMatchObject({
      code: 'not-paired',
      message: expect.stringContaining('the first is p4'),
    });
    await expect(compare({ ...a, slices: a.slices.slice(1) }, a)).rejects.toMatchObject({ code: 'not-paired' });
    const [first] = a.slices as [MetricInput['slices'][number]];
    const mended = { ...first, labels: { ...first.labels, subdural: first.labels.subdural === 1 ? 0 : 1 } } as const;
    await expect(compare(a, { ...a, slices: [mended, ...a.slices.slice(1)] })).rejects.toMatchObject({
      code: 'not-paired',
      message: expect.stringContaining(`judged by other labels: 1 of their slices, the first is ${first.slice}`),
    });
    await expect(compare(a, a, 'auc (any)')).rejects.toMatchObject({
      code: 'figure-unknown',
      message: expect.stringContaining('auc (any)'),
    });
  });
});
