import { patientsOf } from '../../patients-of.ts';
import type { Times } from '../../registry/kinds/metric.ts';
import { drawPatients } from '../evaluate/draw-patients.ts';
import type { EvaluatedRun } from '../evaluate/evaluated-run.ts';
import { metricOf } from '../evaluate/metric-of.ts';
import { percentileInterval } from '../evaluate/percentile-interval.ts';
import { resamplerOf } from '../evaluate/resampler.ts';
import type { PairedDifference } from './comparison.ts';

/** By the name of a figure. */
export type PairedFigures = ReadonlyMap<string, PairedDifference>;

/** Where the recipe asks for no intervals of its own figures: a difference without one says next to nothing. */
const UNSTATED = { draws: 1000, seed: 0 };

/** Draws between two looks at timers and signals. */
const AT_ONCE = 20;

/**
 * How much the figures of further runs differ from those of the first, with what other patients would change of that: every
 * draw of patients (`evaluation.bootstrap` of the first run, else 1,000) is the same for all runs, so that an interval is one of the
 * difference (paired cluster bootstrap, percentiles). The runs have to judge the same slices. By the figure's name, for each
 * further run; a figure is missing where a run has none of that name, or where it is not defined on all patients.
 */
export async function pairedIntervals(
  first: EvaluatedRun,
  others: readonly EvaluatedRun[],
  tick: () => Promise<void>,
): Promise<PairedFigures[]> {
  const bootstrap = first.recipe.evaluation.bootstrap || UNSTATED;
  const runs = [first, ...others].map(figuresOf);
  const [mine, ...theirs] = runs as [DrawnRun, ...DrawnRun[]];
  const enough = mine.patients.length > 1;
  const drawn = runs.map(({ figures }) => figures.map((): (number | null)[] => []));
  if (enough) {
    const draws = runs.map(({ patients }) => drawPatients(patients, bootstrap.seed));
    for (let from = 0; from < bootstrap.draws; from += AT_ONCE) {
      await tick();
      const to = Math.min(bootstrap.draws, from + AT_ONCE);
      runs.forEach(({ figures }, run) => {
        const block = Array.from({ length: to - from }, (_, n) => draws[run]!(from + n));
        figures.forEach(({ at }, place) => {
          for (const times of block) drawn[run]![place]!.push(at(times));
        });
      });
    }
  }
  return theirs.map(({ figures }, other) => {
    const found = new Map<string, PairedDifference>();
    for (const [place, { name, value }] of figures.entries()) {
      const own = mine.figures.findIndex((one) => one.name === name);
      const before = mine.figures[own]?.value ?? null;
      if (value === null || before === null) continue;
      const differences = drawn[other + 1]![place]!.map((one, n) => minus(one, drawn[0]![own]![n] ?? null));
      found.set(name, { value: value - before, interval: enough ? percentileInterval(differences) : null });
    }
    return found;
  });
}

interface DrawnRun {
  patients: readonly string[];
  figures: { name: string; value: number | null; at(times: Times): number | null }[];
}

function figuresOf({ input, recipe, registry }: EvaluatedRun): DrawnRun {
  const figures = recipe.evaluation.metrics.flatMap((params) => {
    const resampler = resamplerOf(metricOf(registry, params), input, params);
    return resampler.figures.map(({ name, value }, place) => ({
      name,
      value,
      at: (times: Times) => resampler.at(times, place),
    }));
  });
  return { patients: patientsOf(input.slices), figures };
}

const minus = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? null : left - right;
