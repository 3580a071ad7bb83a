import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { Baseline } from '../../registry/table/language.ts';
import type { Interval } from '../artifacts/metrics.ts';
import type { LedgerPoint } from '../runs/points-ledger.ts';
import type { RunRecord } from '../runs/run-folder.ts';

/** One run of a row; or, of a row over folds, those of one seed pooled. */
export interface SeedResult {
  seed: number | null;
  /** `data.seed`, where the table states which. */
  data: number | null;
  /** Of a run of one fold. */
  fold: number | null;
  /** Of a pool, its folds; else none. */
  folds: readonly SeedResult[];
  /** Name of the run that the figures are from; null without any, and of a pool. */
  run: string | null;
  status: LedgerPoint['status'];
  error: string | null;
  seconds: number | null;
  recipeHash: string;
  record: RunRecord | null;
  /** Validation, final model; null where nothing was measured. */
  figures: readonly MetricFigure[] | null;
  intervals: Readonly<Record<string, Interval>>;
  /** Figures of the predictors without pictures in the same evaluation. */
  predictors: readonly PredictorFigure[];
  patients: number;
}

/** A figure that a predictor without pictures has on the very slices of a run. */
export interface PredictorFigure {
  predictor: Baseline;
  name: string;
  value: number;
}

/** The runs that a result is of, by name: those of its folds, or one. */
export const runsOf = ({ run, folds }: SeedResult): string[] =>
  folds.length > 0 ? folds.flatMap((one) => one.run ?? []) : run === null ? [] : [run];
