import { IchorError } from '../../errors.ts';
import { LABELS } from '../../labels.ts';
import { patientsOf } from '../../patients-of.ts';
import type { Times } from '../../registry/kinds/metric.ts';
import type { EvaluatedRun } from './evaluated-run.ts';
import { metricOf } from './metric-of.ts';
import { resamplerOf } from './resampler.ts';

/** Two runs to be compared: one pair a seed. */
export interface RunPair {
  left: EvaluatedRun;
  right: EvaluatedRun;
}

/** What one pair differs by: the figure's left minus right. */
export interface PairDifference {
  /** Null where the figure is not defined on a side. */
  value: number | null;
  /** By patient, as in `PairedDifferences.patients`; null where the figure is not defined without that patient. */
  pseudo: readonly (number | null)[];
}

export interface PairedDifferences {
  /** Of the first pair, sorted. */
  patients: readonly string[];
  pairs: readonly PairDifference[];
}

/**
 * How much a figure differs between the two sides of each pair, and what each patient has to do with it: the jackknife's
 * pseudo-values, n times the difference less n - 1 times the difference without the patient (Tukey 1958). Of a mean over
 * equally many slices a patient they are the patients' own means; of F1, AUC and every other figure they stand in for them.
 * Pairs that are not of the same patients have none: each is a replicate then. Throws `figure-unknown`, `not-paired` (exit 2).
 */
export async function pairedDifferences(
  pairs: readonly RunPair[],
  figure: string,
  tick: (done: number, total: number) => Promise<void> = async () => {},
): Promise<PairedDifferences> {
  for (const pair of pairs) assertComparable(pair);
  const sets = pairs.map(({ left }) => patientsOf(left.input.slices).sort());
  const patients = sets[0] ?? [];
  const shared = sets.every((one) => one.length === patients.length && one.every((id, i) => id === patients[i]));
  const total = shared ? pairs.length * patients.length : 0;
  const places = new Map(patients.map((patient, place) => [patient, place]));
  const found: PairDifference[] = [];
  for (const { left, right } of pairs) {
    const sides = [left, right].map((side) => drawnFigure(side, figure, shared ? places : null));
    const [mine, other] = sides as [DrawnFigure, DrawnFigure];
    const value = minus(mine.value, other.value);
    const pseudo: (number | null)[] = [];
    for (let i = 0; shared && i < patients.length; i++) {
      if (i % 20 === 0) await tick(found.length * patients.length + i, total);
      const times = Int32Array.from(patients, (_, n) => (n === i ? 0 : 1));
      const without = minus(mine.at(times), other.at(times));
      const n = patients.length;
      pseudo.push(value === null || without === null ? null : n * value - (n - 1) * without);
    }
    found.push({ value, pseudo });
  }
  return { patients: shared ? patients : [], pairs: found };
}

interface DrawnFigure {
  value: number | null;
  /** `times`: how often each patient counts, by its place. */
  at(times: Times): number | null;
}

/** `places`: of each patient in `times`; null where nothing is asked without one. */
function drawnFigure(run: EvaluatedRun, figure: string, places: ReadonlyMap<string, number> | null): DrawnFigure {
  const own = Int32Array.from(patientsOf(run.input.slices), (patient) => places?.get(patient) ?? 0);
  const names: string[] = [];
  // The metric that is named as the figure begins comes first: the others need not be evaluated then.
  const metrics = [...run.recipe.evaluation.metrics].sort(
    (a, b) => Number(figure.startsWith(b.type)) - Number(figure.startsWith(a.type)),
  );
  for (const value of metrics) {
    const resampler = resamplerOf(metricOf(run.registry, value), run.input, value);
    const at = resampler.figures.findIndex(({ name }) => name === figure);
    names.push(...resampler.figures.map(({ name }) => name));
    if (at < 0) continue;
    return {
      value: resampler.figures[at]!.value,
      at: (times) =>
        resampler.at(
          Int32Array.from(own, (place) => times[place]!),
          at,
        ),
    };
  }
  throw new IchorError(
    'figure-unknown',
    `Run ${run.name} has no figure \`${figure}\`.`,
    `It has ${names.join(', ')}; evaluation.metrics says which metrics are evaluated.`,
    2,
  );
}

/** The two have to judge the same slices by the same labels. Throws `not-paired` (exit 2). */
export function assertComparable(pair: RunPair): void {
  assertPaired(pair);
  assertSameTruth(pair);
}

/** The two runs have to judge the same slices: a difference between two sets of patients is none between two recipes. */
function assertPaired({ left, right }: RunPair): void {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    for (const what of ['patient', 'slice'] as const) {
      const known = new Set(other.input.slices.map((slice) => slice[what]));
      const alone = [...new Set(one.input.slices.map((slice) => slice[what]))].filter((id) => !known.has(id));
      if (alone.length === 0) continue;
      throw new IchorError(
        'not-paired',
        `Run ${one.name} has ${alone.length} ${what}${alone.length === 1 ? '' : 's'} on its ${one.side} side that ${other.name} has not, the first is ${alone[0]}.`,
        'Compare recipes of the same data, data.split and data.seed (and sequence.split).',
        2,
      );
    }
  }
}

/** The same slice has to be the same truth: where labels were mended between two runs a difference would be one of labels. */
function assertSameTruth({ left, right }: RunPair): void {
  const truth = new Map(right.input.slices.map(({ slice, labels }) => [slice, labels]));
  const other = left.input.slices.filter(({ slice, labels }) => {
    const known = truth.get(slice);
    return known !== undefined && LABELS.some((label) => known[label] !== labels[label]);
  });
  const [first] = other;
  if (first === undefined) return;
  throw new IchorError(
    'not-paired',
    `Runs ${left.name} and ${right.name} were judged by other labels: ${other.length} of their slices, the first is ${first.slice}.`,
    'Labels were changed between the two: run both again. Rows whose recipes draw other labels cannot be compared pair by pair.',
    2,
  );
}

const minus = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? null : left - right;
