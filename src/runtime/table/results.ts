import { dirname, join } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { MetricFigure } from '../../registry/kinds/metric.ts';
import { stampsOf } from '../../registry/leak.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { askedMetrics } from '../../registry/table/asked-metrics.ts';
import { isBaselineFigure } from '../../registry/table/is-baseline-figure.ts';
import type { Baseline } from '../../registry/table/language.ts';
import type { Table, TableRow, TableRun } from '../../registry/table/table.ts';
import type { SideMetrics } from '../artifacts/metrics.ts';
import { type Comparability, comparability, paperCell } from '../evaluate/comparable.ts';
import { marks } from '../evaluate/summary-table.ts';
import type { SweepLedger } from '../runs/points-ledger.ts';
import { recipeHash } from '../runs/recipe-hash.ts';
import { runBudgets } from '../runs/run-budgets.ts';
import { readRun } from '../runs/run-folder.ts';
import { type Cell, cellOf, metricsOf } from '../sweep/results.ts';
import { betterByName } from './better-by-name.ts';
import { type Pooled, type PoolFolds, pooledSeed } from './pooled-row.ts';
import { budgetMarks, type RowBudget, rowBudget } from './row-budget.ts';
import type { PredictorFigure, SeedResult } from './seed-result.ts';
import { type Ran, whatRan } from './what-ran.ts';

export interface RowResult {
  row: TableRow;
  /** What stands on one of its runs, as of a whole table. */
  marks: readonly string[];
  /** Null for a predictor that looks at no picture. */
  ran: Ran | null;
  /** What its networks were trained with; null for a predictor that looks at no picture, and until a run is done. */
  budget: RowBudget | null;
  /** Where it trained on another budget than a row that it claims to differ from in one thing only. */
  budgetMarks: readonly string[];
  /** What the row's figures are of: a result a seed. */
  seeds: readonly SeedResult[];
  /** Every run, as in `row.runs`: the same, but of a row over folds. */
  runs: readonly SeedResult[];
  /** Figures that go by the order of scores: pooled, they compare scores of several networks. None where nothing is pooled. */
  ranks: readonly string[];
  /** By figure name; no cell for a figure that no run has. */
  cells: Readonly<Record<string, Cell>>;
  /** Null until a run is done, and for a predictor without pictures. */
  comparable: Comparability | null;
  /** The paper's figure of the table's column, as it may stand here; empty where there is none. */
  paper: string;
  /** Its score on Kaggle's private test set, which no run measures; empty where the table shows no log loss. */
  paperPrivate: string;
}

export interface TableResults {
  table: Table;
  /** SYNTHETIC, SMOKE, LEAKY SPLIT: whatever stands on one of its runs. */
  marks: readonly string[];
  figures: readonly { name: string; better: MetricFigure['better'] }[];
  rows: readonly RowResult[];
  /** Predictors that claims name, and that are no rows. */
  partners: readonly RowResult[];
}

/** The name of a row's run in the ledger. */
export const pointName = (row: TableRow, { seed, data, fold }: Pick<TableRun, 'seed' | 'data' | 'fold'>): string =>
  [
    row.name,
    ...(data === null ? [] : [`data-${data}`]),
    ...(seed === null ? [] : [`seed-${seed}`]),
    ...(fold === null ? [] : [`fold-${fold}`]),
  ].join('.');

export interface ResultsOptions {
  ledger: SweepLedger;
  /** The store's folder of runs. */
  runsFolder: string;
  /** The recipe of this name as it is shipped; null where none is. */
  shipped(name: string, row: TableRow): Promise<ResolvedRecipe | null>;
  /** Figures of the folds of one seed together. */
  pool: PoolFolds;
}

/** Reads what the runs of a table measured. */
export async function tableResults(table: Table, options: ResultsOptions): Promise<TableResults> {
  const results = new Map<string, RowResult>();
  for (const row of table.rows) {
    if (row.baseline === null) results.set(row.name, await runRow(row, table, options));
  }
  const pools = new Map<SeedResult, Pooled['baselines'] | null>();
  for (const [name, one] of results) {
    if (one.row.folds === null) continue;
    const seeds: SeedResult[] = [];
    for (const folds of bySeed(one.runs)) {
      const { baselines, ...seed } = await pooledSeed(one.row, folds, options.pool);
      const predictors =
        baselines === null
          ? []
          : predictorFigures({ constant: baselines.constant, allPositive: baselines['all-positive'] });
      const whole = { ...seed, predictors };
      pools.set(whole, baselines);
      seeds.push(whole);
    }
    results.set(name, { ...one, seeds, ranks: ranksOf(one.row), cells: cellsOf(seeds, table) });
  }
  const trained = [...results.values()];
  for (const one of trained) {
    const recipe = one.budget === null ? null : one.row.runs[0]?.recipe();
    if (recipe) results.set(one.row.name, { ...one, budgetMarks: budgetMarks(one, recipe, trained) });
  }
  for (const row of table.rows) {
    const of = row.baseline && results.get(row.baseline.of);
    if (of) results.set(row.name, await baselineRow(row, of, table, options, pools));
  }
  const rows = table.rows.flatMap((row) => results.get(row.name) ?? []);
  const partners: RowResult[] = [];
  for (const { partner } of table.claims) {
    const of = partner && results.get(partner.baseline?.of ?? '');
    if (partner && of) partners.push(await baselineRow(partner, of, table, options, pools));
  }
  const all = rows.flatMap(({ seeds }) => seeds.flatMap(({ figures }) => figures ?? []));
  const figures = table.figures.map((name) => ({
    name,
    better: all.find((one) => one.name === name)?.better ?? betterByName(name),
  }));
  return { table, marks: inOrder(rows.flatMap(({ marks }) => marks)), figures, rows, partners };
}

const MARKS = ['SYNTHETIC', 'SMOKE', 'LEAKY SPLIT', 'PATIENTS UNKNOWN'];
const inOrder = (marks: Iterable<string>): string[] =>
  [...new Set(marks)].sort((a, b) => MARKS.indexOf(a) - MARKS.indexOf(b));

/** Runs of one seed on one data set together: its folds. */
function bySeed(runs: readonly SeedResult[]): SeedResult[][] {
  const seeds = new Map<string, SeedResult[]>();
  for (const one of runs) {
    const key = JSON.stringify([one.data, one.seed]);
    seeds.set(key, [...(seeds.get(key) ?? []), one]);
  }
  return [...seeds.values()];
}

/** Names of the figures of metrics that go by the order of scores. */
function ranksOf({ runs, registry }: TableRow): string[] {
  const recipe = runs[0]?.recipe();
  const asked = recipe === undefined ? null : askedMetrics(recipe, registry);
  return (asked ?? []).flatMap(({ value, figures }) =>
    registry.get('metric', value.type)?.contract(value).ranks === true ? figures.map(({ name }) => name) : [],
  );
}

async function runRow(
  row: TableRow,
  table: Table,
  { ledger, runsFolder, shipped }: ResultsOptions,
): Promise<RowResult> {
  const found = new Set<string>();
  const seeds: SeedResult[] = [];
  let comparable: Comparability | null = null;
  let ran: Ran | null = null;
  let budget: RowBudget | null = null;
  for (const one of row.runs) {
    const { seed, data, fold, recipe: resolve } = one;
    const point = ledger.points.find(({ name }) => name === pointName(row, one));
    const recipe = resolve();
    ran ??= whatRan(recipe, row.profile);
    const synthetic = row.registry.get('source', recipe.data.source.type)?.generate !== undefined;
    for (const mark of marks({ synthetic, smoke: recipe.smoke, stamps: stampsOf(recipe, row.registry) }))
      found.add(mark);
    const named = point?.status === 'done' && point.run !== null ? join(runsFolder, point.run) : null;
    const damages: IchorError[] = [];
    const damaged = (error: unknown): null => {
      if (!(error instanceof IchorError)) throw error;
      damages.push(error);
      return null;
    };
    const record = named === null ? null : await readRun(named).catch(damaged);
    // A run's name may have gone to another recipe since, where its folder was deleted: its figures are not this row's.
    const other = record !== null && ![point?.recipe, point?.madeFrom].includes(record.recipeHash);
    const folder = other ? null : named;
    const run = folder === null ? null : (point?.run ?? null);
    const metrics = folder === null ? null : await metricsOf(folder).catch(damaged);
    if (record !== null && !other) budget ??= rowBudget(await runBudgets(dirname(runsFolder), record));
    const [damage] = damages;
    // Recalling a finished run does not make its files anew: a mean over the other seeds would pass for the row's.
    const lost = record !== null && !other && metrics === null;
    if (metrics) for (const mark of marks(metrics)) found.add(mark);
    const side = metrics?.models
      .find(({ model }) => model === metrics.final)
      ?.sides.find((one) => one.side === 'validation');
    if (metrics) comparable ??= comparability(recipe, await shipped(recipe.name, row), metrics, row.registry);
    seeds.push({
      seed,
      data,
      fold,
      folds: [],
      run,
      status: other ? 'not started' : lost || damage !== undefined ? 'failed' : (point?.status ?? 'not started'),
      error:
        damage !== undefined
          ? damageText(damage, folder)
          : lost
            ? `The run ${run} has lost its metrics.json. Delete its folder, ${folder}, and run the table again: artifacts are kept.`
            : (point?.error ?? null),
      seconds: point?.seconds ?? null,
      recipeHash: point?.recipe ?? recipeHash(recipe),
      record: other ? null : record,
      figures: side?.figures ?? null,
      intervals: side?.intervals ?? {},
      predictors: side === undefined ? [] : predictorFigures(side.baselines),
      patients: side?.labelled.patients ?? 0,
    });
  }
  const own = {
    row,
    marks: inOrder(found),
    ran,
    budget,
    budgetMarks: [],
    seeds,
    runs: seeds,
    ranks: [],
    cells: cellsOf(seeds, table),
    comparable,
  };
  return { ...own, ...paperOf(table, comparable, seeds) };
}

function predictorFigures({ constant, allPositive }: SideMetrics['baselines']): PredictorFigure[] {
  const of = (predictor: Baseline, figures: readonly MetricFigure[]) =>
    figures.flatMap((figure): PredictorFigure[] =>
      figure.value !== null && isBaselineFigure(predictor, figure)
        ? [{ predictor, name: figure.name, value: figure.value }]
        : [],
    );
  return [...of('constant', constant ?? []), ...of('all-positive', allPositive)];
}

/** Recalling a finished run does not mend what is damaged in it. */
const damageText = ({ message }: IchorError, folder: string | null): string =>
  `${message} Delete the folder ${folder} and run the table again: artifacts are kept.`;

/** The predictor's figures out of the evaluation of another row. */
async function baselineRow(
  row: TableRow,
  of: RowResult,
  table: Table,
  options: ResultsOptions,
  pools: ReadonlyMap<SeedResult, Pooled['baselines'] | null>,
): Promise<RowResult> {
  const seeds: SeedResult[] = [];
  for (const one of of.seeds) {
    const predictor = row.baseline?.predictor ?? 'constant';
    if (pools.has(one)) {
      // Of its folds alone the table shows nothing: they are pooled as those of the row are.
      const folds = one.folds.map((fold) => ({ ...fold, figures: null, intervals: {}, predictors: [] }));
      const figures = pools.get(one)?.[predictor] ?? null;
      seeds.push({ ...one, folds, figures, intervals: {}, predictors: [] });
      continue;
    }
    // A damaged one is told of in the row that it is of.
    const whole = one.run === null || one.status === 'failed' ? null : one.run;
    const metrics = whole === null ? null : await metricsOf(join(options.runsFolder, whole));
    const side = metrics?.models
      .find(({ model }) => model === metrics.final)
      ?.sides.find((each) => each.side === 'validation');
    const figures = predictor === 'constant' ? side?.baselines.constant : side?.baselines.allPositive;
    seeds.push({ ...one, figures: figures ?? null, intervals: {}, predictors: [] });
  }
  const own = {
    row,
    marks: of.marks,
    ran: null,
    budget: null,
    budgetMarks: [],
    seeds,
    runs: seeds,
    ranks: of.ranks,
    cells: cellsOf(seeds, table),
    comparable: null,
  };
  return { ...own, paper: '', paperPrivate: '' };
}

function cellsOf(seeds: readonly SeedResult[], { figures }: Table): Record<string, Cell> {
  const points = seeds.flatMap(({ run, figures: own, patients }) =>
    own ? [{ run: run ?? '', figures: own, patients }] : [],
  );
  return Object.fromEntries(
    figures.flatMap((name) => {
      const cell = cellOf(name, points);
      return cell.runs > 0 ? [[name, cell]] : [];
    }),
  );
}

/** What of the paper may stand beside the row, by the rule that holds for reports. */
function paperOf(
  { paper }: Table,
  comparable: Comparability | null,
  seeds: readonly SeedResult[],
): Pick<RowResult, 'paper' | 'paperPrivate'> {
  const figure =
    paper === 'log-loss'
      ? ({ name: 'mean-log-loss' } as const)
      : ({ name: 'patient-f1 (truth: same-rule)', truth: 'same-rule' } as const);
  if (paper === null || comparable === null || seeds.every(({ figures }) => figures === null))
    return { paper: '', paperPrivate: '' };
  return {
    paper: paperCell(comparable, figure, 'validation'),
    paperPrivate: paper === 'log-loss' ? paperCell(comparable, 'kaggle-private', 'validation') : '',
  };
}
