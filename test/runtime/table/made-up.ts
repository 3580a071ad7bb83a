import type { MetricFigure } from '../../../src/registry/kinds/metric.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import type { TableClaim, TableRow } from '../../../src/registry/table/table.ts';
import type { PairedRuns } from '../../../src/runtime/table/claims.ts';
import type { RowResult, TableResults } from '../../../src/runtime/table/results.ts';
import type { SeedResult } from '../../../src/runtime/table/seed-result.ts';

export const LOSS = 'mean-log-loss';
export const F1 = 'patient-f1 (truth: same-rule)';

export function madeRow(name: string, more: Partial<TableRow> = {}): TableRow {
  return {
    name,
    stated: name,
    at: 'made.yaml:5',
    set: {},
    note: null,
    file: `/made/${name}.yaml`,
    profile: [],
    values: null,
    figures: [],
    baseline: null,
    seeds: [0, 1, 2, 3, 4],
    dataSeeds: [null],
    folds: null,
    runs: [],
    registry: createRegistry([]),
    plugins: [],
    blocking: [],
    findings: [],
    ...more,
  };
}

export interface MadeUp {
  value?: number | ((seed: number, data: number | null) => number);
  figure?: string;
  patients?: number;
  row?: Partial<TableRow>;
  /** By seed: what went wrong. */
  failed?: Readonly<Record<number, string>>;
  counts?: MetricFigure['counts'];
  predictors?: SeedResult['predictors'];
}

/** A row as if it had run. */
export function madeResult(name: string, made: MadeUp = {}): RowResult {
  const row = madeRow(name, made.row);
  const { value = 0.2, figure = LOSS, patients = 40, failed = {}, predictors = [] } = made;
  const { counts = { tp: 9, fp: 9, fn: 9, tn: 9, positives: 18, negatives: 18 } } = made;
  const loss = figure === LOSS;
  const seeds = row.dataSeeds.flatMap((data) =>
    row.seeds.map((seed): SeedResult => {
      const problem = failed[seed ?? 0];
      return {
        seed,
        data,
        fold: null,
        folds: [],
        run: problem === undefined ? `${name}.${data}.${seed}` : null,
        status: problem === undefined ? 'done' : 'failed',
        error: problem ?? null,
        seconds: 1,
        recipeHash: 'abc',
        record: { components: { 'source phantom': 7 } } as unknown as SeedResult['record'],
        figures:
          problem === undefined
            ? [
                {
                  name: figure,
                  value: typeof value === 'number' ? value : value(seed ?? 0, data),
                  better: loss ? 'lower' : 'higher',
                  unit: loss ? 'slice' : 'patient',
                  counts,
                },
              ]
            : null,
        intervals: {},
        predictors,
        patients,
      };
    }),
  );
  return {
    row,
    marks: [],
    ran: null,
    budget: null,
    budgetMarks: [],
    seeds,
    runs: seeds,
    ranks: [],
    cells: {},
    comparable: null,
    paper: '',
    paperPrivate: '',
  };
}

export function madeClaim(more: Partial<TableClaim> = {}): TableClaim {
  return {
    claim: 'more is better',
    row: 'more',
    than: 'less',
    partner: null,
    figure: LOSS,
    design: 'crossed',
    question: { kind: 'better', by: 0, sides: 2 },
    primary: false,
    gate: false,
    attempts: 1,
    fixedOn: null,
    budget: null,
    limit: null,
    at: 'made.yaml:9',
    expect: null,
    ...more,
  };
}

export function madeTable(rows: readonly RowResult[], claims: readonly TableClaim[]): TableResults {
  return {
    table: {
      file: '/made/made.yaml',
      name: 'made',
      title: 'Made up',
      figures: [LOSS],
      paper: null,
      notes: [],
      profile: 'full',
      set: [],
      rows: rows.map(({ row }) => row),
      claims,
    },
    marks: [],
    figures: [{ name: LOSS, better: 'lower' }],
    rows,
    partners: [],
  };
}

/** Pairs that differ by these, by pair and patient; whose mean over the patients is the pair's difference. */
export function differing(values: (pair: number, patient: number) => number, patients = 40): PairedRuns {
  return async (pairs) => ({
    patients: Array.from({ length: patients }, (_, i) => `p${i}`),
    pairs: pairs.map((_, pair) => {
      const pseudo = Array.from({ length: patients }, (_, i) => values(pair, i));
      return { value: pseudo.reduce((sum, one) => sum + one, 0) / patients, pseudo };
    }),
  });
}

/** Around a mean, alternating by so much with the patient and with the pair. */
export const around =
  (mean: number, { patients = 0.02, seeds = 0.002 } = {}) =>
  (pair: number, patient: number): number =>
    mean +
    (patient % 2 === 0 ? patients : -patients) +
    (pair - 2) * seeds +
    ((patient * 7 + pair * 3) % 5) * 0.001 -
    0.002;
