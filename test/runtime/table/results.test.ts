import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import type { MetricFigure } from '../../../src/registry/kinds/metric.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveTable } from '../../../src/registry/table/resolve-table.ts';
import type { Table } from '../../../src/registry/table/table.ts';
import type { LedgerPoint } from '../../../src/runtime/runs/points-ledger.ts';
import { claimResults } from '../../../src/runtime/table/claims.ts';
import { tableCsv } from '../../../src/runtime/table/csv.ts';
import { tableJson } from '../../../src/runtime/table/json.ts';
import { tableMarkdown } from '../../../src/runtime/table/markdown.ts';
import { tablePage } from '../../../src/runtime/table/page.ts';
import { pointName, tableResults } from '../../../src/runtime/table/results.ts';
import { tableNotes, tableTitle } from '../../../src/runtime/table/text.ts';
import { around, differing } from './made-up.ts';

const recipes = join(import.meta.dirname, '../../../recipes');
const F1 = 'patient-f1 (truth: same-rule)';
const TABLE = `table: 1
name: made
title: Made up
figures: [mean-log-loss, "${F1}"]
paper: log-loss
seeds: [4, 5]
rows: [inception-1w.yaml, inception-3w.yaml]
claims: [{ claim: more windows, row: inception-3w, than: inception-1w, figure: FIGURE, design: crossed, by: 0.01, expect: { full: holds } }]
`;

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'ichor-results-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

async function tableOf(figure: string, than = 'inception-1w'): Promise<Table> {
  const { table, diagnostics } = await resolveTable(join(recipes, 'made-up.yaml'), {
    registry: createRegistry(builtIn),
    cwd: join(recipes, '..'),
    read: async (file) => {
      if (file.endsWith('made-up.yaml'))
        return { text: TABLE.replace('FIGURE', JSON.stringify(figure)).replace('than: inception-1w', `than: ${than}`) };
      const { readRecipe } = await import('../../../src/registry/resolve/read-recipe.ts');
      return readRecipe(file);
    },
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return table!;
}

interface Made {
  loss: number;
  patients: number;
  synthetic?: boolean;
  smoke?: boolean;
  stamps?: string[];
  threads?: number;
}

async function makeRun(
  name: string,
  { loss, patients, synthetic = false, smoke = false, stamps, threads }: Made,
): Promise<void> {
  const figures: MetricFigure[] = [
    { name: 'mean-log-loss', value: loss, better: 'lower', unit: 'slice', counts: { slices: 60_000 } },
    {
      name: F1,
      value: 0.9,
      better: 'higher',
      unit: 'patient',
      truth: 'same-rule',
      counts: { tp: 9, fp: 1, fn: 1, tn: 9, positives: 10, negatives: 10 },
    },
  ];
  const side = {
    side: 'validation',
    labelled: { slices: 60_000, series: patients, patients },
    interpolated: 0,
    prevalence: {},
    figures,
    intervals: { 'mean-log-loss': { low: loss - 0.01, high: loss + 0.02, draws: 1000, skipped: 0 } },
    baselines: { constant: null, allPositive: [] },
  };
  await mkdir(join(runs, name));
  await writeFile(
    join(runs, name, 'metrics.json'),
    JSON.stringify({
      format: 1,
      synthetic,
      smoke,
      ...(stamps ? { stamps } : {}),
      final: 'backbone',
      labelled: { slices: 752_803, series: 21_744, patients: 18_938 },
      models: [{ model: 'backbone', component: 'inception-resnet-v2', sides: [side] }],
    }),
  );
  await writeFile(
    join(runs, name, 'run.json'),
    JSON.stringify({
      name,
      recipeHash: 'abc',
      status: 'done',
      components: { 'source phantom': 7 },
      artifacts: {},
      ...(threads ? { machines: [{ threads, isa: 'avx512', artifacts: ['backbone', 'embed'] }] } : {}),
    }),
  );
}

/** No row here is over folds. */
const pool = () => Promise.reject(new Error('nothing to pool'));

async function resultsOf(table: Table, made: (row: string, seed: number | null) => Made | string) {
  const points: LedgerPoint[] = [];
  for (const row of table.rows) {
    for (const run of row.runs) {
      const { seed } = run;
      const name = pointName(row, run);
      const what = made(row.name, seed);
      const point = { name, values: {}, seed, recipe: 'abc', seconds: 1, process: null };
      if (typeof what === 'string') points.push({ ...point, status: 'failed', run: null, error: what });
      else {
        await makeRun(name, what);
        points.push({ ...point, status: 'done', run: name, error: null });
      }
    }
  }
  const ledger = { format: 1 as const, name: 'made', base: null, points };
  // What is shipped under this name is the recipe itself.
  const shipped = async (_: string, row: Table['rows'][number]) => row.runs[0]!.recipe();
  return tableResults(table, { ledger, runsFolder: runs, shipped, pool });
}

/** A ledger in which each run is done, and called as its point. */
const allDone = (table: Table) => ({
  format: 1 as const,
  name: 'made',
  base: null,
  points: table.rows.flatMap((row) =>
    row.runs.map((run): LedgerPoint => {
      const { seed } = run;
      const name = pointName(row, run);
      return {
        name,
        values: {},
        seed,
        recipe: 'abc',
        status: 'done',
        run: name,
        error: null,
        seconds: 1,
        process: null,
      };
    }),
  ),
});

const real = (row: string, seed: number | null): Made => ({
  loss: (row === 'inception-1w' ? 0.1 : 0.08) + (seed === 4 ? 0 : 0.004),
  patients: 1894,
});

describe('a table of the paper’s rows', () => {
  it('has the paper’s figures in columns of their own beside comparable runs, and none where it prints none', async () => {
    const results = await resultsOf(await tableOf('mean-log-loss'), real);
    // Table II of the paper: 0.106 on validation, 0.119 on Kaggle's private set; inception-3w has no number anywhere.
    expect(results.rows.map(({ paper, paperPrivate }) => [paper, paperPrivate])).toEqual([
      ['0.106 (weighting not stated)', '0.119'],
      ['not reported', 'not reported'],
    ]);
    const markdown = tableMarkdown(results, []);
    // Mean of 0.1 and 0.104, and their deviation 0.004 / sqrt 2.
    expect(markdown).toContain('| 0.1020 ± 0.0028<br><small>seed 4: 0.1000 [0.0900, 0.1200]</small><br>');
    expect(markdown).toContain('95 % interval by patient (bootstrap, 1,000 draws) of that one run');
    expect(markdown).toContain('| 0.106 (weighting not stated) | 0.119 |');
    expect(markdown).not.toContain('not comparable');
  });

  it('says why a run is not comparable, and shows no figure of the paper beside it', async () => {
    const results = await resultsOf(await tableOf('mean-log-loss'), (row, seed) => ({
      ...real(row, seed),
      synthetic: true,
    }));
    expect(results.rows[0]).toMatchObject({ paper: 'not comparable', paperPrivate: 'not comparable' });
    const markdown = tableMarkdown(results, []);
    expect(markdown).toContain('Paper: not comparable (inception-1w, inception-3w): the pictures are synthetic.');
    expect(markdown).not.toContain('0.106');
  });

  it('says in text, page and json which runs were made on other threads than the rest', async () => {
    const table = await tableOf('mean-log-loss');
    const made = (row: string, seed: number | null) => ({
      ...real(row, seed),
      threads: row === 'inception-1w' ? 2 : 1,
    });
    const rows = await resultsOf(table, made);
    const line =
      'Made on different threads or instruction sets: row inception-1w on 2 threads avx512, row inception-3w on 1 thread avx512; native results differ slightly between them.';
    expect(tableMarkdown(rows, [])).toContain(line);
    expect(await tablePage(rows, [])).toContain(line);
    const json = JSON.parse(tableJson(rows, []));
    expect(json.notes).toContain(line);
    expect(json.rows[0].seeds[0].machines).toEqual([{ threads: 2, isa: 'avx512', artifacts: ['backbone', 'embed'] }]);
    expect(tableNotes(rows, 'terminal')).toContain(line);
    await rm(runs, { recursive: true });
    await mkdir(runs);
    const seeds = await resultsOf(table, (row, seed) => ({ ...real(row, seed), threads: seed === 4 ? 2 : 1 }));
    expect(tableNotes(seeds).join(' ')).toContain('row inception-1w, seed 4, row inception-3w, seed 4 on 2 threads');
    await rm(runs, { recursive: true });
    await mkdir(runs);
    const same = await resultsOf(table, (row, seed) => ({ ...real(row, seed), threads: 2 }));
    expect(tableNotes(same).join(' ')).not.toContain('instruction sets');
  });

  it('stamps title and table, and shows counts under 20 patients', async () => {
    const results = await resultsOf(await tableOf('mean-log-loss'), (row, seed) => ({
      ...real(row, seed),
      patients: 19,
      synthetic: true,
      smoke: true,
      stamps: ['LEAKY SPLIT'],
    }));
    expect(tableTitle(results)).toBe('SYNTHETIC · SMOKE · LEAKY SPLIT · Made up');
    const page = await tablePage(results, []);
    expect(page).toContain('<title>SYNTHETIC · SMOKE · LEAKY SPLIT · Made up · ichor table</title>');
    expect(page).toContain('aria-label="SYNTHETIC · SMOKE · LEAKY SPLIT · Made up"');
    expect(page).toContain('LEAKY SPLIT: slices of the same patients were trained on');
    expect(page).toContain('too few for a figure: 19 patients, 10 positive, 10 negative');
    expect(page).not.toContain('0.9000');
  });

  it('shows no figure of a run whose name went to another recipe since', async () => {
    const table = await tableOf('mean-log-loss');
    await resultsOf(table, real);
    const other = {
      name: 'inception-1w.seed-4',
      recipeHash: 'of another recipe',
      status: 'done',
      components: {},
      artifacts: {},
    };
    await writeFile(join(runs, 'inception-1w.seed-4', 'run.json'), JSON.stringify(other));
    const [first] = (
      await tableResults(table, { ledger: allDone(table), runsFolder: runs, shipped: async () => null, pool })
    ).rows;
    expect(first?.seeds).toMatchObject([
      { status: 'not started', run: null, figures: null, record: null },
      { status: 'done', run: 'inception-1w.seed-5' },
    ]);
    expect(first?.cells['mean-log-loss']?.runs).toBe(1);
    expect(first?.cells['mean-log-loss']?.mean).toBeCloseTo(0.104, 12);
  });

  it('shows the figures of a run that was recalled for a recipe whose change is in no key', async () => {
    const table = await tableOf('mean-log-loss');
    await resultsOf(table, real);
    const file = join(runs, 'inception-1w.seed-4', 'run.json');
    const before = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...before, recipeHash: 'before the change' }));
    const ledger = allDone(table);
    const points = ledger.points.map((point) =>
      point.run === 'inception-1w.seed-4' ? { ...point, madeFrom: 'before the change' } : point,
    );
    const of = async (known: typeof ledger) =>
      (await tableResults(table, { ledger: known, runsFolder: runs, shipped: async () => null, pool })).rows[0]?.seeds;
    expect(await of({ ...ledger, points })).toMatchObject([{ status: 'done' }, { status: 'done' }]);
    expect(await of(ledger)).toMatchObject([{ status: 'not started' }, { status: 'done' }]);
  });

  it('a finished run that lost its metrics fails its row, and says what to delete', async () => {
    const table = await tableOf('mean-log-loss');
    const { rows } = await resultsOf(table, real);
    expect(rows[0]?.seeds.map(({ status }) => status)).toEqual(['done', 'done']);
    await rm(join(runs, 'inception-1w.seed-4', 'metrics.json'));
    const [first] = (
      await tableResults(table, { ledger: allDone(table), runsFolder: runs, shipped: async () => null, pool })
    ).rows;
    expect(first?.seeds).toMatchObject([{ status: 'failed', figures: null }, { status: 'done' }]);
    expect(first?.seeds[0]?.error).toContain(
      `Delete its folder, ${join(runs, 'inception-1w.seed-4')}, and run the table`,
    );
  });

  it('says of a mark that not all rows have which rows it is about', async () => {
    const results = await resultsOf(await tableOf('mean-log-loss'), (row, seed) => ({
      ...real(row, seed),
      ...(row === 'inception-3w' ? { stamps: ['LEAKY SPLIT'] } : {}),
    }));
    expect(tableTitle(results)).toBe('LEAKY SPLIT · Made up');
    expect(results.rows.map(({ marks }) => marks)).toEqual([[], ['LEAKY SPLIT']]);
    const markdown = tableMarkdown(results, []);
    expect(markdown).toContain('| **inception-3w**<br><small>LEAKY SPLIT</small><br>');
    expect(markdown).not.toContain('| **inception-1w**<br><small>LEAKY SPLIT</small>');
    expect(markdown).toContain('LEAKY SPLIT, where a row says so: slices of the same patients were trained on');
    const lines = parse(tableCsv(results), { columns: true }) as { row: string; marks: string }[];
    expect(new Set(lines.map(({ row, marks }) => `${row} ${marks}`))).toEqual(
      new Set(['inception-1w ', 'inception-3w LEAKY SPLIT']),
    );
  });
});

describe('a claim', () => {
  it('is undecided on two seeds, in every form of the table', async () => {
    const results = await resultsOf(await tableOf('mean-log-loss'), real);
    const claims = await claimResults(results, differing(around(0.02), 1894));
    expect(claims).toMatchObject([
      { outcome: 'undecided', why: '2 of 5 seeds', met: false, patients: 1894, generator: 'phantom, version 7' },
    ]);
    expect(tableMarkdown(results, claims)).toContain(
      '| more windows | **undecided (2 of 5 seeds)** | expected: holds, and it differs | mean-log-loss (lower is better)',
    );
    const page = await tablePage(results, claims);
    expect(page).toContain('undecided (2 of 5 seeds)');
    expect(page).toContain('better by more than 0.01');
    const json = JSON.parse(tableJson(results, claims));
    expect(json.claims[0]).toMatchObject({
      claim: 'more windows',
      design: 'crossed',
      partner: null,
      outcome: 'undecided',
      pairs: [{ seed: 4 }, { seed: 5 }],
    });
  });

  it('about the constant predictor takes its figures from the row’s own evaluation', async () => {
    const table = await tableOf('mean-log-loss', 'constant');
    const results = await resultsOf(table, real);
    expect(results.partners).toMatchObject([{ row: { name: 'constant', baseline: { of: 'inception-3w' } } }]);
    // Its evaluation here has no constant predictor.
    expect(results.partners[0]!.seeds.map(({ figures }) => figures)).toEqual([null, null]);
  });
});
