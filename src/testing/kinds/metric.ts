import { ANY, LABELS, type Label, type SliceLabels } from '../../labels.ts';
import { patientsOf } from '../../patients-of.ts';
import { stream } from '../../random.ts';
import type { MetricFigure, MetricInput, ScoredSeries, ScoredSlice } from '../../registry/kinds/metric.ts';
import { drawnInput } from '../../runtime/evaluate/drawn-input.ts';
import { type Case, eachCase } from '../boundaries.ts';
import type { Report } from '../findings.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { shown } from '../words.ts';

const NEEDS = ['slices', 'series', 'patients'];
const UNITS = ['slice', 'series', 'patient'];
const RULE: MetricInput['patient'] = {
  rule: 'consecutive',
  slices: 2,
  threshold: 0.5,
  truth: ['same-rule', 'any-slice'],
};

type Guess = (labels: SliceLabels, random: () => number) => number[];
const honest: Guess = (labels, random) => LABELS.map((label) => 0.25 + 0.5 * labels[label] + 0.4 * (random() - 0.5));
const perfect: Guess = (labels) => LABELS.map((label) => (labels[label] ? 0.99 : 0.01));
const inverted: Guess = (labels) => LABELS.map((label) => (labels[label] ? 0.01 : 0.99));

export async function checkMetric({ component, findings, base, boundaries }: Subject<'metric'>): Promise<void> {
  const valid = await findings.check('contract', (problem) => {
    const { needs } = component.contract(paramsOf(base));
    const known = Array.isArray(needs) && needs.length > 0 && needs.every((need) => NEEDS.includes(need));
    if (!known) problem(`its contract needs ${shown(needs)}; name what it reads, of ${NEEDS.join(', ')}.`);
  });
  if (!valid) return;
  const evaluate = (input: MetricInput, at: Case = base) => component.evaluate(frozen(input), paramsOf(at));
  const sample = scored(honest);
  const formed = await findings.check('figures', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const figures = evaluate(sample, at);
      if (!Array.isArray(figures) || figures.length === 0) {
        problem(`evaluate gives ${shown(figures)} with ${at.words}; give a list with a figure at least.`);
        return;
      }
      for (const figure of figures) figureIsValid(figure, problem);
      const names = figures.map(({ name }) => name);
      const twice = names.find((name, i) => names.indexOf(name) !== i);
      if (twice !== undefined)
        problem(`two figures are named ${shown(twice)}; say in the name what is different: \`f1 (truth: any-slice)\`.`);
    });
    if (evaluate(sample).every(({ value }) => value === null)) {
      problem('every figure is null on 24 series with and without haemorrhage; null is for what is not defined.');
    }
  });
  if (!formed) return;
  await findings.check('contract: reads what it needs', (problem) => {
    const { needs } = component.contract(paramsOf(base));
    const seen = new Set<string>();
    component.evaluate(watched(sample, seen), paramsOf(base));
    const allowed = new Set(needs.flatMap((need) => (need === 'patients' ? ['series', 'patients'] : [need])));
    // A slice knows its series and patient: a metric of slices may group by them.
    for (const read of seen)
      if (!allowed.has(read))
        problem(`it reads input.${read}, and its contract needs ${needs.join(', ')}; add ${shown(read)} to needs.`);
  });
  await findings.check('no data', (problem) => {
    for (const { name, value } of evaluate({ slices: [], series: [], patient: RULE })) {
      if (value !== null)
        problem(`${name} is ${shown(value)} where there is no slice; what is not defined is null, with its counts.`);
    }
    for (const only of [0, 1] as const) {
      for (const { name, value } of evaluate(scored(honest, only))) {
        if (value !== null && !Number.isFinite(value))
          problem(
            `${name} is ${shown(value)} where every label is ${only}; what is not defined is null, with its counts.`,
          );
      }
    }
  });
  await findings.check('determinism', (problem) => {
    const first = JSON.stringify(evaluate(sample));
    if (JSON.stringify(evaluate(sample)) !== first)
      problem(
        'a second call on the same input gives other figures; draw from `stream` with a fixed seed, never from Math.random.',
      );
  });
  const ranked = [base, ...boundaries].filter((at) => component.contract(paramsOf(at)).ranks === true);
  if (ranked.length > 0)
    await findings.check('contract: goes by order alone', (problem) => {
      eachCase(ranked, problem, (at, problem) => {
        const before = evaluate(sample, at);
        // Of each label another curve; each keeps the order and which scores are above 0.5.
        const bent = evaluate(
          scored((labels, random) => honest(labels, random).map(sharpened)),
          at,
        );
        before.forEach(({ name, value }, i) => {
          if (value !== bent[i]?.value)
            problem(
              `${name} is ${shown(value)} with ${at.words}, and ${shown(bent[i]?.value)} where the scores of each label are others in the same order; say ranks only where the order of the scores alone counts.`,
            );
        });
      });
    });
  const { resample } = component;
  if (resample !== undefined)
    await findings.check('resample', (problem) => {
      const random = stream(1, 'ichor/testing');
      const times = Int32Array.from(patientsOf(sample.slices), () => random.integer(3));
      eachCase([base, ...boundaries], problem, (at, problem) => {
        const figures = evaluate(sample, at);
        const prepared = resample(frozen(sample), paramsOf(at));
        if (!Array.isArray(prepared) || prepared.length !== figures.length) {
          problem(
            `resample gives ${Array.isArray(prepared) ? `${prepared.length} functions` : shown(prepared)} with ${at.words}, and evaluate ${figures.length} figures; give a function for each, in the same order.`,
          );
          return;
        }
        const drawn = new Map(evaluate(drawnInput(sample, times), at).map(({ name, value }) => [name, value]));
        figures.forEach(({ name }, i) => {
          const [own, expected] = [prepared[i]?.(times) ?? null, drawn.get(name) ?? null];
          const equal =
            own === null || expected === null
              ? own === expected
              : Math.abs(own - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
          if (!equal)
            problem(
              `${name} is ${shown(own)} by resample with ${at.words} where patients are drawn up to twice, and ${shown(expected)} by evaluate of these patients; each slice and series counts as often as its patient.`,
            );
        });
      });
    });
  await findings.check('better', (problem) => {
    const [right, wrong] = [evaluate(scored(perfect)), evaluate(scored(inverted))];
    right.forEach(({ name, value, better }, i) => {
      const other = wrong[i]?.value;
      if (value === null || typeof other !== 'number' || value === other) return;
      if (value > other !== (better === 'higher')) {
        problem(
          `${name} is ${shown(value)} for perfect predictions and ${shown(other)} for inverted ones, and says better: '${better}'; say better: '${value > other ? 'higher' : 'lower'}'.`,
        );
      }
    });
  });
  await findings.check('labels', (problem) => {
    const before = evaluate(scored(honest));
    for (const label of LABELS) {
      const after = evaluate(scored(spoiled(label)));
      before.forEach((figure, i) => {
        const changed = figure.value !== after[i]?.value;
        if (figure.label === undefined) return;
        if (figure.label === label && !changed && figure.value !== null) {
          problem(
            `${figure.name} says that it is of ${label}, and does not change with the predictions of ${label}; probabilities stand in the order of LABELS.`,
          );
        }
        if (figure.label !== label && changed) {
          problem(
            `${figure.name} says that it is of ${figure.label}, and changes with the predictions of ${label}; probabilities stand in the order of LABELS.`,
          );
        }
      });
    }
  });
}

function figureIsValid({ name, value, better, unit, label, truth, counts }: MetricFigure, problem: Report): void {
  if (typeof name !== 'string' || name === '') problem(`a figure has the name ${shown(name)}; give each one.`);
  if (value !== null && !Number.isFinite(value))
    problem(`${name} is ${shown(value)}; give a finite number, or null where it is not defined.`);
  if (better !== 'lower' && better !== 'higher')
    problem(`${name} has better: ${shown(better)}; say 'lower' or 'higher'.`);
  if (!UNITS.includes(unit)) problem(`${name} has unit: ${shown(unit)}; say one of ${UNITS.join(', ')}.`);
  if (label !== undefined && !LABELS.includes(label))
    problem(`${name} has label: ${shown(label)}; say one of ${LABELS.join(', ')}.`);
  if (truth !== undefined && !RULE.truth.includes(truth))
    problem(`${name} has truth: ${shown(truth)}; say one of ${RULE.truth.join(', ')}.`);
  const numbers = Object.entries(counts ?? {});
  if (numbers.length === 0) problem(`${name} has no counts; say of how many slices, series or patients it is.`);
  for (const [what, count] of numbers) {
    if (!(Number.isInteger(count) && count >= 0))
      problem(`${name} counts ${shown(count)} ${what}; a count is a whole number from 0.`);
  }
}

/** 24 series of six slices, two a patient, half of them with haemorrhage of changing types; `only` sets every label. */
function scored(guess: Guess, only?: 0 | 1): MetricInput {
  const random = stream(0, 'ichor/testing');
  const series = Array.from({ length: 24 }, (_, n): ScoredSeries => {
    const slices = Array.from({ length: 6 }, (_unused, order): ScoredSlice => {
      const labels = truth(n, order, only);
      return {
        slice: `s${n}-${order}`,
        series: `r${n}`,
        patient: `p${n >> 1}`,
        probabilities: guess(labels, random.uniform),
        labels,
      };
    });
    const positions = slices.map(({ probabilities, labels }) => ({
      any: probabilities[ANY]!,
      truth: labels.any,
      probabilities,
      labels,
    }));
    return { series: `r${n}`, patient: `p${n >> 1}`, slices, positions };
  });
  return { slices: series.flatMap((one) => one.slices), series, patient: RULE };
}

function truth(series: number, order: number, only?: 0 | 1): SliceLabels {
  const bleeds = series % 4 < 2 && order >= 1 && order <= 3;
  const labels = LABELS.map((label, i): [Label, 0 | 1] => {
    if (only !== undefined) return [label, only];
    const here = bleeds && (label === 'any' || (series + order) % 5 === i || (series + 2) % 5 === i);
    return [label, here ? 1 : 0];
  });
  return Object.fromEntries(labels) as unknown as SliceLabels;
}

/** The honest guess with one label's probabilities turned round. */
const spoiled =
  (label: Label): Guess =>
  (labels, random) =>
    honest(labels, random).map((p, i) => (LABELS[i] === label ? 1 - p : p));

/** As if its logit were divided by a temperature of the label. */
const sharpened = (p: number, label: number): number => 1 / (1 + ((1 - p) / p) ** (1 / (0.5 + label / 4)));

/** A metric may change nothing of what it reads: the next one reads it too. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) frozen(child);
  }
  return value;
}

function watched(input: MetricInput, seen: Set<string>): MetricInput {
  return {
    get slices() {
      seen.add('slices');
      return input.slices;
    },
    get series() {
      seen.add('series');
      return input.series;
    },
    patient: input.patient,
  };
}
