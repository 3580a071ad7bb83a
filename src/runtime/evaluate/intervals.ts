import { patientsOf } from '../../patients-of.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Interval } from '../artifacts/metrics.ts';
import { drawPatients } from './draw-patients.ts';
import { metricOf } from './metric-of.ts';
import { percentileInterval } from './percentile-interval.ts';
import { resamplerOf } from './resampler.ts';
import type { SideInput } from './scored.ts';

/** Draws between two looks at timers and signals. */
const AT_ONCE = 20;

/** Of every figure of the recipe, by name; null where none are asked for, or where one patient is all there is to draw. */
export async function intervalsOf(
  input: SideInput,
  recipe: Pick<ResolvedRecipe, 'evaluation'>,
  registry: Registry,
  tick: (done: number, total: number) => Promise<void>,
): Promise<Record<string, Interval> | null> {
  const { bootstrap, metrics } = recipe.evaluation;
  const patients = patientsOf(input.slices);
  if (!bootstrap || patients.length < 2) return null;
  const draw = drawPatients(patients, bootstrap.seed);
  const resamplers = metrics.map((value) => resamplerOf(metricOf(registry, value), input, value));
  const values = resamplers.map(({ figures }) => figures.map((): (number | null)[] => []));
  for (let from = 0; from < bootstrap.draws; from += AT_ONCE) {
    await tick(from, bootstrap.draws);
    const block = Array.from({ length: Math.min(AT_ONCE, bootstrap.draws - from) }, (_, n) => draw(from + n));
    // Figure by figure: what it has prepared stays in the processor's cache from draw to draw.
    resamplers.forEach(({ figures, at }, metric) => {
      for (const figure of figures.keys()) {
        for (const times of block) values[metric]![figure]!.push(at(times, figure));
      }
    });
  }
  const named = resamplers.flatMap(({ figures }, metric) =>
    figures.map(({ name }, figure) => [name, percentileInterval(values[metric]![figure]!)] as const),
  );
  return Object.fromEntries(named);
}
