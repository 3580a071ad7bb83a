import { IchorError } from '../../errors.ts';
import type { MetricFigure } from '../../registry/kinds/metric.ts';
import { predictorOf } from '../../registry/table/baseline-row.ts';
import { isBaselineFigure } from '../../registry/table/is-baseline-figure.ts';
import { BASELINES, type Baseline } from '../../registry/table/language.ts';
import type { TableRow } from '../../registry/table/table.ts';
import type { Interval } from '../artifacts/metrics.ts';
import { intervalsOf } from '../evaluate/intervals.ts';
import { figuresOf } from '../evaluate/model-metrics.ts';
import { countSides } from '../evaluate/scored.ts';
import type { OpenedRows } from './opened-rows.ts';
import { runName } from './run-name.ts';
import type { SeedResult } from './seed-result.ts';

/** Figures of what the folds of one seed predicted, pooled by patient. */
export interface Pooled {
  figures: readonly MetricFigure[];
  intervals: Readonly<Record<string, Interval>>;
  baselines: Readonly<Record<Baseline, MetricFigure[]>>;
  patients: number;
}

/** Pools finished folds of a row. Throws what `OpenedRows.open` does. */
export type PoolFolds = (row: TableRow, runs: readonly string[]) => Promise<Pooled>;

/** Reckons each pool once, however often its table is shown. */
export function poolingOf(rows: OpenedRows, tick: () => Promise<void> = async () => {}): PoolFolds {
  const known = new Map<string, Promise<Pooled>>();
  return (row, runs) => {
    const key = runs.join(' ');
    const pooled = known.get(key) ?? pool(rows, row, runs, tick);
    known.set(key, pooled);
    return pooled;
  };
}

async function pool(
  rows: OpenedRows,
  row: TableRow,
  runs: readonly string[],
  tick: () => Promise<void>,
): Promise<Pooled> {
  const { input, recipe, registry } = await rows.open({ row, runs });
  const baselines = {} as Record<Baseline, MetricFigure[]>;
  for (const predictor of BASELINES) {
    const beside = predictorOf(row, { name: predictor, predictor, at: row.at, note: null });
    const scored = await rows.open({ row: beside, runs });
    baselines[predictor] = figuresOf(scored.input, recipe, registry).filter((one) => isBaselineFigure(predictor, one));
  }
  return {
    figures: figuresOf(input, recipe, registry),
    intervals: (await intervalsOf(input, recipe, registry, tick)) ?? {},
    baselines,
    patients: countSides(input.slices).patients,
  };
}

/** The folds of one seed as one result; null figures, and why, where one of them is not there or they cannot be pooled. */
export async function pooledSeed(
  row: TableRow,
  folds: readonly SeedResult[],
  pool: PoolFolds,
): Promise<SeedResult & { baselines: Pooled['baselines'] | null }> {
  const [first] = folds;
  if (first === undefined) throw new TypeError(`row ${row.name} has no folds`);
  const failed = folds.find(({ status }) => status === 'failed');
  const waiting = folds.find(({ status }) => status !== 'done');
  const runs = folds.flatMap(({ run }) => run ?? []);
  const whole = {
    seed: first.seed,
    data: first.data,
    fold: null,
    folds,
    run: null,
    seconds: folds.every(({ seconds }) => seconds !== null)
      ? folds.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0)
      : null,
    recipeHash: first.recipeHash,
    record: first.record,
    figures: null,
    intervals: {},
    predictors: [],
    patients: 0,
    baselines: null,
  };
  if (failed !== undefined)
    return { ...whole, status: 'failed', error: `${runName({ ...failed, seed: null })}: ${failed.error}` };
  if (waiting !== undefined || runs.length < folds.length)
    return { ...whole, status: waiting?.status ?? 'not started', error: null };
  const pooled = await pool(row, runs).catch((error: unknown) => {
    if (error instanceof IchorError) return error;
    throw error;
  });
  if (pooled instanceof IchorError)
    return { ...whole, status: 'failed', error: [pooled.message, pooled.hint].filter(Boolean).join(' ') };
  return { ...whole, ...pooled, status: 'done', error: null };
}
