import { evaluate } from '../library/index.ts';
import { endOf, type PredictOptions, predictOptions } from './predict.ts';

export interface EvaluateOptions extends PredictOptions {
  /** The table of labels; where nothing is said, the one of the run's own source of pictures. */
  labels?: string;
  /** `path=File,epidural=EDH,any=!Healthy`. */
  columns?: string;
}

/** `ichor evaluate RUN DIR… --labels FILE`: predicts as `ichor predict` does, and judges by these labels. */
export const evaluateCommand = (name: string, places: readonly string[], options: EvaluateOptions): Promise<number> =>
  endOf(
    evaluate(name, places, {
      ...predictOptions(options),
      ...(options.labels === undefined ? {} : { labels: options.labels }),
      ...(options.columns === undefined ? {} : { columns: options.columns }),
    }),
    options,
  );
