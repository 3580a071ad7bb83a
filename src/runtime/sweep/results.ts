import { join } from 'node:path';
import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { Plain } from '../../registry/values/value.ts';
import { type Metrics, readMetrics } from '../artifacts/metrics.ts';
import { isShownAsNumber, shown } from '../evaluate/shown.ts';
import { marks } from '../evaluate/summary-table.ts';
import type { SweepLedger } from '../runs/points-ledger.ts';
import { readRun } from '../runs/run-folder.ts';
import { type MadeOn, madeOnIn } from '../store/machines.ts';

/** The figures of one finished point: validation, the final model. */
export interface PointFigures {
  run: string;
  figures: readonly MetricFigure[];
  patients: number;
}

/** One combination of values over its seeds. */
export interface Cell {
  /** Mean over the runs that are done; null where the figure is not defined in one of them, or none is done. */
  mean: number | null;
  /** Sample standard deviation (n - 1); null below two runs. */
  deviation: number | null;
  runs: number;
  /** What stands in the place of a figure that rests on too few patients; null where a number may stand. */
  counts: string | null;
}

export interface ResultRow {
  values: Readonly<Record<string, Plain>>;
  done: number;
  failed: number;
  total: number;
  seeds: readonly (number | null)[];
  /** By figure name. */
  cells: Readonly<Record<string, Cell>>;
}

export interface SweepResults {
  name: string;
  /** SYNTHETIC, SMOKE, LEAKY SPLIT. */
  marks: readonly string[];
  /** Paths that the sweep tries. */
  axes: readonly string[];
  /** The figures of table and plot, and which side of them is better. */
  figures: readonly { name: string; better: MetricFigure['better'] }[];
  rows: readonly ResultRow[];
  /** Figures by point name. */
  points: ReadonlyMap<string, PointFigures>;
  /** What the points were made on. */
  made: readonly MadeOn[];
}

/** Reads what the finished points measured. `runsFolder` is the store's folder of runs. */
export async function sweepResults(
  ledger: SweepLedger,
  runsFolder: string,
  stated: readonly string[],
): Promise<SweepResults> {
  const points = new Map<string, PointFigures>();
  const found = new Set<string>();
  const made: MadeOn[] = [];
  for (const { name, run, status } of ledger.points) {
    if (status !== 'done' || run === null) continue;
    const metrics = await metricsOf(join(runsFolder, run));
    if (metrics === null) continue;
    for (const mark of marks(metrics)) found.add(mark);
    made.push(...madeOnIn((await readRun(join(runsFolder, run)))?.machines ?? [], `point ${name}`));
    const model = metrics.models.find(({ model: one }) => one === metrics.final);
    const side = model?.sides.find((one) => one.side === 'validation');
    if (side) points.set(name, { run, figures: side.figures, patients: side.labelled.patients });
  }
  const figures = chosenFigures([...points.values()], stated);
  const groups = new Map<string, SweepLedger['points']>();
  for (const point of ledger.points) {
    const key = JSON.stringify(point.values);
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  const rows = [...groups.values()].map((group): ResultRow => {
    const own = group.flatMap(({ name }) => points.get(name) ?? []);
    return {
      values: group[0]?.values ?? {},
      done: group.filter(({ status }) => status === 'done').length,
      failed: group.filter(({ status }) => status === 'failed').length,
      total: group.length,
      seeds: group.map(({ seed }) => seed),
      cells: Object.fromEntries(figures.map(({ name }) => [name, cellOf(name, own)])),
    };
  });
  const axes = Object.keys(ledger.points[0]?.values ?? {});
  return { name: ledger.name, marks: [...found], axes, figures, rows, points, made };
}

/** Null for a run whose folder was removed since, or that stopped before its evaluation. */
export async function metricsOf(folder: string): Promise<Metrics | null> {
  try {
    return await readMetrics(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Those that the recipe states; else the first loss, and the first figure that is better where it is higher. */
function chosenFigures(points: readonly PointFigures[], stated: readonly string[]): SweepResults['figures'] {
  const all = points[0]?.figures ?? [];
  if (stated.length > 0) {
    return stated.map((name) => ({ name, better: all.find((one) => one.name === name)?.better ?? 'higher' }));
  }
  const first = (better: MetricFigure['better']) => all.find((one) => one.better === better);
  return [first('lower'), first('higher')].flatMap((one) => (one ? [{ name: one.name, better: one.better }] : []));
}

export function cellOf(name: string, points: readonly PointFigures[]): Cell {
  const figures = points.flatMap(({ figures: own, patients }) => {
    const figure = own.find((one) => one.name === name);
    return figure ? [{ figure, patients }] : [];
  });
  const few = figures.find(({ figure, patients }) => !isShownAsNumber(figure, patients));
  const values = figures.flatMap(({ figure }) => figure.value ?? []);
  const defined = values.length > 0 && values.length === figures.length;
  return {
    mean: defined ? mean(values) : null,
    deviation: defined ? deviation(values) : null,
    runs: figures.length,
    counts: few ? (figures.length === 1 ? shown(few.figure, few.patients) : tooFew(few.figure, few.patients)) : null,
  };
}

function tooFew({ counts, unit }: MetricFigure, patients: number): string {
  const { positives, negatives, tp, fn, fp, tn } = counts;
  const positive = positives ?? (tp !== undefined && fn !== undefined ? tp + fn : undefined);
  const negative = negatives ?? (tn !== undefined && fp !== undefined ? tn + fp : undefined);
  if (positive === undefined) return `too few for a figure: ${patients} patients`;
  const sides =
    unit === 'patient'
      ? `, ${positive} positive, ${negative} negative`
      : `; ${positive} positive and ${negative} negative ${unit === 'slice' ? 'slices' : 'series'}`;
  return `too few for a figure: ${patients} patients${sides}`;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
