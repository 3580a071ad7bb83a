import type { MetricFigure, MetricInput, Times } from '../../src/index.ts';

/** A figure as it is, and its value for patients drawn with replacement. */
export interface Resampled {
  figure: MetricFigure;
  at(times: Times): number | null;
}

/** The two functions of a metric whose figures can be resampled, from one that makes both. */
export function resampled<P>(make: (input: MetricInput, params: P) => readonly Resampled[]): {
  evaluate(input: MetricInput, params: P): MetricFigure[];
  resample(input: MetricInput, params: P): ((times: Times) => number | null)[];
} {
  return {
    evaluate: (input, params) => make(input, params).map(({ figure }) => figure),
    resample: (input, params) => make(input, params).map(({ at }) => at),
  };
}
