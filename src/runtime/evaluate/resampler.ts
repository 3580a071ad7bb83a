import { IchorError } from '../../errors.ts';
import type { Metric, MetricFigure, MetricInput, Times } from '../../registry/kinds/metric.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import { drawnInput } from './drawn-input.ts';
import { inputOf, type SideInput } from './scored.ts';

/** The figures of one metric, and the value of one of them (its place among `figures`) in a draw. */
export interface Resampler {
  figures: readonly MetricFigure[];
  at(times: Times, figure: number): number | null;
}

/** By the metric's own `resample`; without it each draw is built and evaluated, which is slow and gives the same. */
export function resamplerOf(metric: Metric, side: SideInput, params: ComponentValue): Resampler {
  const input = inputOf(side, metric, params);
  const figures = metric.evaluate(input, params);
  const prepared = metric.resample?.(input, params);
  if (prepared === undefined) return { figures, at: slowly(metric, input, params, figures) };
  if (prepared.length !== figures.length) {
    throw new IchorError(
      'component-failed',
      `The metric ${metric.name} gives ${figures.length} figures and resamples ${prepared.length}.`,
      'Its resample gives a function for each figure of evaluate, in the same order.',
    );
  }
  return { figures, at: (times, figure) => prepared[figure]!(times) };
}

function slowly(
  metric: Metric,
  input: MetricInput,
  params: ComponentValue,
  figures: readonly MetricFigure[],
): Resampler['at'] {
  // All figures of a draw come at once; they are asked for one after the other.
  const known = new WeakMap<Times, ReadonlyMap<string, number | null>>();
  return (times, figure) => {
    const values =
      known.get(times) ??
      new Map(metric.evaluate(drawnInput(input, times), params).map(({ name, value }) => [name, value]));
    known.set(times, values);
    return values.get(figures[figure]!.name) ?? null;
  };
}
