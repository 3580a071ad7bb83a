import { IchorError } from '../../errors.ts';
import { patientsOf } from '../../patients-of.ts';
import type { Times } from '../../registry/kinds/metric.ts';
import type { Interval } from '../artifacts/metrics.ts';
import { drawPatients } from './draw-patients.ts';
import type { EvaluatedRun } from './evaluated-run.ts';
import { metricOf } from './metric-of.ts';
import { percentileInterval } from './percentile-interval.ts';
import { resamplerOf } from './resampler.ts';

/** Two runs to be compared: one pair a seed. */
export interface RunPair {
  left: EvaluatedRun;
  right: EvaluatedRun;
}

export interface PairedOptions {
  draws: number;
  seed: number;
  /** 0.95 by default. */
  level?: number;
}

/** The figure's left minus right, the mean over the pairs; its interval is by patient. */
export interface PairedDifference extends Interval {
  /** Null where the figure is not defined on a side of a pair. */
  difference: number | null;
  /** Of each pair by itself; null where it is not defined. */
  perPair: (number | null)[];
}

/**
 * How much a figure differs between two recipes, with its interval by patient: in each draw the same patients are drawn for
 * both sides of all pairs. Pairs of one set of patients share their draws; where the sets differ from pair to pair, the
 * patients of all of them are drawn from. Throws `figure-unknown`, `not-paired` (exit 2).
 */
export async function pairedDifference(
  pairs: readonly RunPair[],
  figure: string,
  { draws, seed, level }: PairedOptions,
  tick: (done: number, total: number) => Promise<void> = async () => {},
): Promise<PairedDifference> {
  for (const pair of pairs) assertPaired(pair);
  const people = [...new Set(pairs.flatMap(({ left }) => patientsOf(left.input.slices)))];
  const places = new Map(people.map((patient, place) => [patient, place]));
  const draw = drawPatients(people, seed);
  const drawn = pairs.map(({ left, right }) => [drawnFigure(left, figure, places), drawnFigure(right, figure, places)]);
  const perPair = drawn.map(([left, right]) => minus(left!.value, right!.value));
  const values: (number | null)[] = [];
  for (let n = 0; n < draws; n++) {
    if (n % 20 === 0) await tick(n, draws);
    const times = draw(n);
    values.push(mean(drawn.map(([left, right]) => minus(left!.at(times), right!.at(times)))));
  }
  return { difference: mean(perPair), ...percentileInterval(values, level), perPair };
}

interface DrawnFigure {
  value: number | null;
  /** `times` of the patients of all pairs. */
  at(times: Times): number | null;
}

function drawnFigure(run: EvaluatedRun, figure: string, places: ReadonlyMap<string, number>): DrawnFigure {
  const own = Int32Array.from(patientsOf(run.input.slices), (patient) => places.get(patient)!);
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

const minus = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? null : left - right;

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length || known.length === 0) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
