import { evaluate } from '../library/index.ts';
import { endOf, type PredictOptions, predictOptions } from './predict.ts';

export interface EvaluateOptions extends PredictOptions {
  /** The table of labels; where nothing is said, the one of the run's own source of pictures. */
  labels?: string;
  /** `path=File,epidural=EDH,any=!Healthy`. */
  columns?: string;
  /** By the labels of the run's own test side. */
  testSide?: boolean;
  /** From 0 to 1. */
  prevalence?: number;
}

/** `ichor evaluate RUN DIR… --labels FILE`: predicts as `ichor predict` does, and judges by these labels. */
export function evaluateCommand(name: string, places: readonly string[], options: EvaluateOptions): Promise<number> {
  const { series, ...how } = predictOptions(options);
  const { labels, columns, prevalence, testSide } = options;
  return endOf(
    evaluate(name, places, {
      ...how,
      // Which series are read is no matter of a test side; best is what stands where nobody says it.
      ...(series === undefined || (testSide && series === 'best') ? {} : { series }),
      ...(testSide ? { testSide } : {}),
      ...(labels === undefined ? {} : { labels }),
      ...(columns === undefined ? {} : { columns }),
      ...(prevalence === undefined ? {} : { prevalence }),
    }),
    options,
  );
}
