import { defineMetric, LABELS, type Label, predictiveValues, type Times, Type } from '../../src/index.ts';
import type { Confusion } from './called.ts';
import { cellsOf } from './cells.ts';
import { describe, type Group, groupsOf, type LevelParams, levelParams, needsOf } from './groups.ts';
import { type Resampled, resampled } from './resampled.ts';

type Params = LevelParams & { label: Label; threshold: number; prevalence: number | null };

/** Each by the counts of calls; null where nothing is there to take a share of. */
const figuresOf = ({ tp, fp, fn, tn }: Confusion, stated: number | null): Record<string, number | null> => {
  const [positives, negatives] = [tp + fn, fp + tn];
  const sensitivity = positives === 0 ? null : tp / positives;
  const specificity = negatives === 0 ? null : tn / negatives;
  const { ppv, npv } =
    sensitivity === null || specificity === null
      ? { ppv: null, npv: null }
      : predictiveValues({ sensitivity, specificity }, stated ?? positives / (positives + negatives));
  return { sensitivity, specificity, ppv, npv };
};

function figures(group: Group, params: Params): Resampled[] {
  const cells = cellsOf(group, params.threshold);
  const once = new Int32Array(group.people).fill(1);
  const here = cells(once);
  const more = params.prevalence === null ? [] : [`prevalence ${params.prevalence}`];
  return Object.entries(figuresOf(here, params.prevalence)).map(([name, value]) => {
    const ofCalled = name === 'ppv' || name === 'npv';
    const said = describe(`${name} at ${params.threshold}`, group, params, ofCalled ? more : []);
    return {
      figure: { ...said, value, better: 'higher', counts: { ...said.counts, ...here } },
      at: (times: Times) => figuresOf(cells(times), params.prevalence)[name] ?? null,
    };
  });
}

export default defineMetric({
  name: 'predictive-values',
  version: 1,
  summary:
    'Sensitivity and specificity of a label at a threshold, and what they make of a call where another share is positive: positive and negative predictive value by Bayes’ rule.',
  params: Type.Object({
    label: Type.Enum([...LABELS], {
      default: 'any',
      description: 'Of which label: a share of positives is that of one.',
    }),
    threshold: Type.Number({
      default: 0.5,
      minimum: 0,
      maximum: 1,
      description: 'Called above this probability.',
    }),
    prevalence: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
      default: null,
      description:
        'Share of positives for which the predictive values are; null: the share among these, which is above a clinic’s where a set was collected for its positives.',
    }),
    ...levelParams,
  }),
  contract: needsOf,
  ...resampled((input, params: Params) =>
    groupsOf(input, params)
      .filter(({ label }) => label === params.label)
      .flatMap((group) => figures(group, params)),
  ),
});
