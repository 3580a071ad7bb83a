import { join, resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { rm } from '../files/fs.ts';
import { replaceFile } from '../files/write.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import type { Table, TableRow, TableRun } from '../registry/table/table.ts';
import { wantedRows } from '../registry/table/wanted-rows.ts';
import type { OpenData } from '../runtime/open-data.ts';
import { carriedOver, type LedgerPoint, type SweepLedger, tableFolder } from '../runtime/runs/points-ledger.ts';
import { recipeHash } from '../runtime/runs/recipe-hash.ts';
import { brokenText, takeLock, waitingText } from '../runtime/store/lock.ts';
import { Store } from '../runtime/store/store.ts';
import { runSweep } from '../runtime/sweep/run-sweep.ts';
import { assertTableFiles } from '../runtime/table/assert-table-files.ts';
import { claimText } from '../runtime/table/claim-text.ts';
import { type ClaimResult, claimResults } from '../runtime/table/claims.ts';
import { tableCsv } from '../runtime/table/csv.ts';
import { forestFile } from '../runtime/table/forest.ts';
import { tableJson } from '../runtime/table/json.ts';
import { tableMarkdown } from '../runtime/table/markdown.ts';
import { tablePage } from '../runtime/table/page.ts';
import { openRows } from '../runtime/table/paired-runs.ts';
import { pointName, type TableResults, tableResults } from '../runtime/table/results.ts';
import { runName } from '../runtime/table/run-name.ts';
import { cellsOfRow, columnsOf, failedOf, ownMarks, stateText, tableNotes, tableTitle } from '../runtime/table/text.ts';
import { countText, printDiagnostics } from './findings.ts';
import { interruptible } from './interrupt.ts';
import { type ChosenExecutor, chosenExecutor } from './jobs/chosen-executor.ts';
import { printDryRun } from './jobs/dry-run.ts';
import { jobThreads } from './jobs/job-call.ts';
import { jobsRunner } from './jobs/jobs-runner.ts';
import { jobsFacts, jobsPlan, jobsText } from './jobs/plan-text.ts';
import { printJson } from './json.ts';
import { machineOptions } from './machine-options.ts';
import { paint } from './paint.ts';
import { shown, storeRoot } from './paths.ts';
import type { TableCommandOptions } from './points/command-options.ts';
import { pointLines } from './points/point-lines.ts';
import type { PointRun } from './points/point-run.ts';
import type { PointRunner } from './points/point-runner.ts';
import { runnerOnThisMachine } from './points/runner-on-this-machine.ts';
import { pointKey, pointsOfTables, resolveTables, tableFolderName } from './points/table-points.ts';
import { openRegistry } from './registry.ts';
import { shippedRecipe } from './shipped.ts';
import { table as textTable } from './table.ts';
import { tablePlan, tablePlanFacts, tablePlanText } from './table-plan.ts';

/** How a table ended, the worst first: what its command ends with. */
const EXIT = { failed: 1, differs: 3, fine: 0 } as const;

/**
 * `ichor table FILE…`: 0 every row is done and every claim came to what is expected, 1 a row failed, 2 the input is
 * wrong, 3 a claim came to something else, 130 and 143 interrupted.
 */
export async function tableCommand(files: readonly string[], options: TableCommandOptions): Promise<number> {
  const tables = await loadTables(files, options);
  if (tables === null) return 2;
  const workspace = findWorkspace(process.cwd());
  const root = storeRoot(options.store, workspace);
  const on = options.on !== undefined || options.onConfig !== undefined;
  const points = pointsOfTables(tables);
  const registry = [...points.values()][0]?.registry ?? openRegistry();
  const chosen = on ? await chosenExecutor(options, registry) : null;
  if (on && chosen === null) return 2;
  const signal = interruptible();
  const told: object[] = [];
  if (options.plan) return planTables(tables, { options, root, workspace, signal, chosen, points });
  const name = `table-${tables.map(tableFolderName).join('+')}`;
  const wanted = wantedPoints(tables, options.row ?? []);
  if (options.dryRun) {
    const own = new Map([...points].filter(([key]) => wanted.has(key)));
    return printDryRun(own, { name, options, root, workspace, signal, chosen });
  }
  // What stands in the way of its files is told before a job is submitted.
  await new Store(root).prepare();
  for (const table of tables) await assertTableFiles(tableFolder(root, tableFolderName(table)));
  const work: Work = {
    options,
    root,
    signal,
    atOnce: chosen === null ? options.jobs : points.size,
    runner:
      chosen !== null
        ? await jobsRunner({
            name,
            of: { kind: 'table', files: files.map((file) => resolve(file)), options },
            points,
            wanted,
            chosen,
            root,
            workspace,
            jobs: options.jobs,
            quiet: options.quiet ?? false,
            signal,
          })
        : runnerOnThisMachine({ kind: 'table', files, options }, points, { root, workspace, signal }),
    shipped: new Map(),
    quiet: options.quiet ?? false,
  };
  const ends: (keyof typeof EXIT)[] = [];
  try {
    for (const table of tables) ends.push(await runTable(table, work, told));
  } finally {
    await work.runner.close();
  }
  const worst = (['failed', 'differs'] as const).find((end) => ends.includes(end)) ?? 'fine';
  return options.json ? printJson({ store: root, tables: told }, EXIT[worst]) : EXIT[worst];
}

interface PlanWork {
  options: TableCommandOptions;
  root: string;
  workspace: string;
  signal: AbortSignal;
  chosen: ChosenExecutor | null;
  points: ReadonlyMap<string, PointRun>;
}

/** Says what would run, and with `--on` in which jobs. */
async function planTables(
  tables: readonly Table[],
  { options, root, workspace, signal, chosen, points }: PlanWork,
): Promise<number> {
  const told: object[] = [];
  const planned = new Set<string>();
  const opened = new Map<string, OpenData>();
  for (const table of tables) {
    const wanted = wantedRows(table, options.row ?? []);
    const { engine } = options;
    const machine = machineOptions(
      chosen === null ? options : { ...options, threads: jobThreads(options, chosen.params) },
    );
    const trustSizes = options.trustSizes ?? false;
    const plan = { workspace, root, signal, opened, engine, ...machine, trustSizes, planned, wanted };
    const found = await tablePlan(table, plan);
    if (options.json) told.push(tablePlanFacts(found));
    else process.stdout.write(`${tablePlanText(found)}\n\n`);
  }
  const asked = wantedPoints(tables, options.row ?? []);
  const own = new Map([...points].filter(([key]) => asked.has(key)));
  const jobs =
    chosen === null
      ? null
      : await jobsPlan(own, { name: tables.map(tableFolderName).join('+'), chosen, options, root, workspace, signal });
  if (options.json)
    return printJson({ store: root, tables: told, ...(jobs === null ? {} : { jobs: jobsFacts(jobs) }) });
  if (jobs !== null) process.stdout.write(`${jobsText(jobs)}\n`);
  return 0;
}

/** What the asked-for rows run, each as a point among those of all tables. */
const wantedPoints = (tables: readonly Table[], rows: readonly string[]): Set<string> =>
  new Set(
    tables.flatMap((table) =>
      [...wantedRows(table, rows)].flatMap((row) => row.runs.map((run) => pointKey(table, pointName(row, run)))),
    ),
  );

interface Work {
  options: TableCommandOptions;
  /** How many points are waited for at once. */
  atOnce: number;
  root: string;
  signal: AbortSignal;
  /** For the rows of all tables. */
  runner: PointRunner;
  shipped: Map<string, Promise<ResolvedRecipe | null>>;
  quiet: boolean;
}

/** All files are read, and everything wrong with them is told, before the first row runs. */
async function loadTables(files: readonly string[], options: TableCommandOptions): Promise<Table[] | null> {
  const tables: Table[] = [];
  let wrong = false;
  for (const [index, { table, diagnostics, sources }] of (await resolveTables(files, options)).entries()) {
    // What a claim cannot be decided by is worth knowing before hours of runs.
    const told = diagnostics.filter(
      ({ code, severity }) => code !== 'plugin-code' && (severity === 'error' || isAboutClaims(code)),
    );
    await printDiagnostics(told, sources);
    if (table === null) {
      wrong = true;
      process.stderr.write(`${paint.red('not run')}: ${files[index]} (${countText(told)})\n`);
    } else tables.push(table);
  }
  if (wrong) return null;
  const twice = tables.find((one, i) => tables.findIndex(({ name }) => name === one.name) !== i);
  if (twice)
    throw new IchorError(
      'table-twice',
      `Two of these files are tables named ${twice.name}, and would write one folder.`,
      'Give one of them another name: name: NAME',
      2,
    );
  assertRows(tables, options.row ?? []);
  return tables;
}

/** Findings about claims, of whatever severity. */
const isAboutClaims = (code: string): boolean => code.startsWith('claim-');

function assertRows(tables: readonly Table[], wanted: readonly string[]): void {
  const known = [...new Set(tables.flatMap(({ rows }) => rows.flatMap(({ name, stated }) => [name, stated])))];
  for (const name of wanted) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const hint = near ? `Did you mean ${near}?` : `There is ${known.join(', ')}.`;
    throw new IchorError('table-row-unknown', `There is no row named ${name}.`, hint, 2);
  }
}

async function runTable(table: Table, work: Work, told: object[]): Promise<keyof typeof EXIT> {
  const { root, signal, quiet, options } = work;
  const name = tableFolderName(table);
  const folder = tableFolder(root, name);
  const say = (text: string) => {
    if (!quiet) process.stderr.write(`${text}\n`);
  };
  const runs = new Map<string, { row: TableRow; run: TableRun }>();
  for (const row of table.rows) for (const run of row.runs) runs.set(pointName(row, run), { row, run });
  const wanted = wantedRows(table, options.row ?? []);
  const asked = [...runs.values()].filter(({ row }) => wanted.has(row)).length;
  const count = `${runs.size} ${runs.size === 1 ? 'run' : 'runs'}`;
  say(`${paint.bold(name)}  ${asked === runs.size ? count : `${asked} of ${count}`}`);
  const lock = await takeLock(join(root, 'locks', `table-${name}`), {
    signal,
    waiting: (lock) => say(`  this table is running already ${waitingText(lock)}`),
    broken: (lock) => process.stderr.write(`  ${paint.yellow('warning')} ${brokenText(lock)}\n`),
  });
  const shipped = (recipe: string, row: TableRow) => {
    const known = work.shipped.get(recipe) ?? shippedRecipe(recipe, row.registry);
    work.shipped.set(recipe, known);
    return known;
  };
  const { pool, paired } = openRows(join(root, 'runs'));
  const read = (ledger: SweepLedger) => tableResults(table, { ledger, runsFolder: join(root, 'runs'), shipped, pool });
  const write = async (results: TableResults, claims: readonly ClaimResult[]) => {
    await replaceFile(join(folder, 'table.md'), tableMarkdown(results, claims));
    await replaceFile(join(folder, 'table.csv'), tableCsv(results));
    await replaceFile(join(folder, 'table.json'), tableJson(results, claims));
    const forest = forestFile(tableTitle(results), claims);
    if (forest === null) await rm(join(folder, 'forest.svg'), { force: true });
    else await replaceFile(join(folder, 'forest.svg'), forest);
  };
  const page = async (results: TableResults, claims: readonly ClaimResult[]) =>
    replaceFile(join(folder, 'table.html'), await tablePage(results, claims));
  const wants = ({ name: point }: LedgerPoint) => wanted.has((runs.get(point) as { row: TableRow }).row);
  try {
    const ledger = await runSweep({
      folder,
      runsFolder: join(root, 'runs'),
      wanted: wantedLedger(name, runs),
      restart: options.restart ?? false,
      join: carriedOver,
      // With --restart it says what is forgotten, too: of a whole table the ledger need not even be readable.
      ...(options.row === undefined ? {} : { wants }),
      goesOn: true,
      signal,
      jobs: work.atOnce,
      async run(point, { index, total }) {
        const { row, run } = runs.get(point.name) as { row: TableRow; run: TableRun };
        const lines = pointLines({
          position: `${index + 1} of ${total}`,
          title: `${row.name}${run.seed === null ? '' : `, ${runName(run)}`}`,
          recalled: point.status === 'done',
          beside: work.atOnce > 1,
          quiet,
        });
        const { recipe, run: before } = point;
        const made = await work.runner.run(pointKey(table, point.name), { recipe, before, emit: lines.emit });
        lines.end();
        return made;
      },
      async show(state) {
        const soFar = await read(state);
        await write(soFar, []);
        await page(soFar, []);
      },
    });
    const results = await read(ledger);
    const claims = await claimResults(results, paired);
    await write(results, claims);
    await page(results, claims);
    if (options.json) told.push({ folder, ...(JSON.parse(tableJson(results, claims)) as object) });
    else if (!quiet) printTable(results, claims, folder);
    return tellEnd(results, claims, wanted);
  } finally {
    await lock.release();
  }
}

function wantedLedger(name: string, runs: ReadonlyMap<string, { row: TableRow; run: TableRun }>): SweepLedger {
  const points = [...runs].map(
    ([point, { row, run }]): LedgerPoint => ({
      name: point,
      values: { row: row.name },
      seed: run.seed,
      at: row.at,
      recipe: recipeHash(run.recipe()),
      status: 'not started',
      run: null,
      error: null,
      seconds: null,
      process: null,
    }),
  );
  return { format: 1, name, base: null, points };
}

function printTable(results: TableResults, claims: readonly ClaimResult[], folder: string): void {
  const columns = columnsOf(results);
  const right = columns.flatMap(({ number }, i) => (number ? [i] : []));
  // How a row went stands beside its name: there may be many columns.
  const lines = results.rows.map((result) => {
    const [title, ...cells] = cellsOfRow(result, columns);
    return [[title, ...ownMarks(result, results), stateText(result)].filter(Boolean).join('  '), ...cells];
  });
  const parts = [
    paint.bold(tableTitle(results)),
    textTable([columns.map(({ title }) => title), ...lines], { right }),
    ...tableNotes(results, 'terminal').map((note) => paint.dim(note)),
    ...claims.map(claimLine),
    '',
    textTable(
      [
        ['page', 'table.html'],
        ['table', 'table.md'],
        ['runs', 'table.csv'],
        ['all of it', 'table.json'],
      ].map(([what = '', file = '']) => [what, shown(join(folder, file))]),
    ),
  ];
  process.stdout.write(`\n${parts.join('\n')}\n`);
}

function claimLine(result: ClaimResult): string {
  const { outcome, expectation, figures } = claimText(result);
  const word = result.met === false ? paint.red(outcome) : result.met ? paint.green(outcome) : outcome;
  return `${paint.bold('claim')}  ${result.claim.claim}: ${word} (${expectation})\n       ${figures}`;
}

/** What went wrong with the rows that were asked for, on standard error, quiet or not; what is of others stands in the table. */
function tellEnd(
  { rows }: TableResults,
  claims: readonly ClaimResult[],
  wanted: ReadonlySet<TableRow>,
): keyof typeof EXIT {
  let failed = false;
  const asked = rows.filter(({ row }) => wanted.has(row));
  for (const result of asked) {
    const { row } = result;
    for (const { error, ...run } of row.baseline ? [] : failedOf(result)) {
      failed = true;
      process.stderr.write(`${paint.red('failed')}  ${pointName(row, run)} (${row.at}): ${error}\n`);
    }
  }
  if (failed) process.stderr.write('The same command tries what failed again; what is done stays.\n');
  // What is no gate is reported, and ends nothing: of many expectations one fails by chance.
  const differing = claims.filter(
    ({ met, claim }) =>
      claim.gate && met === false && asked.some(({ row }) => row.name === claim.row || row.name === claim.than),
  );
  for (const result of differing) {
    const { outcome, figures } = claimText(result);
    process.stderr.write(
      `${paint.red('differs')}  ${result.claim.claim}: ${outcome}, expected ${result.claim.expect}\n  ${figures}\n`,
    );
  }
  return failed ? 'failed' : differing.length > 0 ? 'differs' : 'fine';
}
