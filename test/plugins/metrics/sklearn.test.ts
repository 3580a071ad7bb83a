import { describe, expect, it } from 'vitest';
import { LABELS, type MetricInput } from '../../../src/index.ts';
import { resamplerOf } from '../../../src/runtime/evaluate/resampler.ts';
import reference from '../../fixtures/sklearn-metrics.json' with { type: 'json' };
import { labelled } from '../../runtime/evaluate/scored-fixture.ts';
import { metrics, metricValue } from './metric-cases.ts';

type Rule = 'consecutive' | 'count';
type ByLabel = Record<string, number[]>;

/** The fixture's series; labels that it leaves out are 0 with a score of 0. */
function inputOf(rule: Rule): MetricInput {
  const series = reference.series.map(({ patient, score, truth }, i) => {
    const id = { series: `s${i}`, patient: `p${patient}` };
    const slices = score.any.map((_, k) => ({
      ...id,
      slice: `s${i}-${k}`,
      probabilities: LABELS.map((label) => (score as ByLabel)[label]?.[k] ?? 0),
      labels: labelled(LABELS.map((label) => (truth as ByLabel)[label]?.[k] ?? 0)),
    }));
    const positions = slices.map(({ probabilities, labels }) => ({
      any: probabilities[5]!,
      truth: labels.any,
      probabilities,
      labels,
    }));
    return { ...id, slices, positions };
  });
  const patient = { rule, slices: reference.slices, threshold: reference.threshold };
  return {
    slices: series.flatMap((one) => one.slices),
    series,
    patient: { ...patient, truth: ['same-rule', 'any-slice'] },
  };
}

const PARAMS: Record<string, [type: string, params: object]> = {
  'sensitivity-at-specificity 0.9': ['sensitivity-at-specificity', {}],
  'sensitivity-at-specificity 0.75': ['sensitivity-at-specificity', { specificity: 0.75 }],
  'f1 at 0.5': ['f1', {}],
  'f1 at its best threshold': ['f1', { threshold: 'best' }],
};

/** The value as it is, and with the fixture's draws of patients. */
function valuesOf(type: string, params: object, input: MetricInput, name: string): (number | null)[] {
  const resampler = resamplerOf(metrics.find((metric) => metric.name === type)!, input, metricValue(type, params));
  const at = resampler.figures.findIndex((figure) => figure.name === name);
  expect(at, `${name} among ${resampler.figures.map((figure) => figure.name).join(', ')}`).toBeGreaterThanOrEqual(0);
  return [
    resampler.figures[at]!.value,
    ...reference.times.slice(1).map((times) => resampler.at(Int32Array.from(times), at)),
  ];
}

function expectEqual(found: readonly (number | null)[], expected: readonly (number | null)[], name: string): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, draw) => {
    if (value === null) expect(found[draw], `${name}, draw ${draw}`).toBeNull();
    else expect(Math.abs(found[draw]! - value), `${name}, draw ${draw}`).toBeLessThan(1e-9);
  });
}

describe('scikit-learn’s values, as they are and with patients drawn', () => {
  for (const { label, level, score, truth, rule, draws } of reference.groups) {
    const input = inputOf(rule as Rule);
    const highest = score === 'highest' ? ['highest slice'] : [];
    const words = [label, ...(level === 'slice' ? [] : [level, ...highest, `truth: ${truth}`])];
    for (const figure of Object.keys(draws[0]!)) {
      it(`${figure} of ${words.join(', ')}, rule ${rule}`, () => {
        const [type, params] = PARAMS[figure] ?? [figure, {}];
        const name = `${figure} (${words.join(', ')})`;
        const found = valuesOf(type, { ...params, level, ...(score === null ? {} : { score }) }, input, name);
        const expected = draws.map((draw) => (draw as Record<string, number | null>)[figure] ?? null);
        expectEqual(found, expected, name);
      });
    }
  }

  for (const { rule, draws } of reference.calls) {
    it.each(Object.keys(draws[0]!))(`%s by ${rule}`, (name) => {
      const type = name.replace(/ .*/, '');
      const found = valuesOf(type, type === 'batch-mean-f1' ? { batch: 3 } : {}, inputOf(rule as Rule), name);
      expectEqual(
        found,
        draws.map((draw) => (draw as Record<string, number | null>)[name] ?? null),
        name,
      );
    });
  }
});
