import { join, resolve } from 'node:path';
import { replaceFile } from '../files/write.ts';
import { blocksRun } from '../registry/diagnostics/blocks-run.ts';
import { noSweep } from '../registry/diagnostics/findings/sweeps.ts';
import type { ResolvedPoint } from '../registry/resolve/resolve.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { type Plain, plain } from '../registry/values/value.ts';
import {
  continued,
  type LedgerPoint,
  readLedger,
  type SweepLedger,
  sweepFolder,
} from '../runtime/runs/points-ledger.ts';
import { recipeHash } from '../runtime/runs/recipe-hash.ts';
import { brokenText, takeLock, waitingText } from '../runtime/store/lock.ts';
import { Store } from '../runtime/store/store.ts';
import { sweepPage } from '../runtime/sweep/page.ts';
import { type SweepResults, sweepResults } from '../runtime/sweep/results.ts';
import { runSweep } from '../runtime/sweep/run-sweep.ts';
import { settingText, sweepCsv, sweepMarkdown, sweepNotes, sweepTable } from '../runtime/sweep/table.ts';
import { asCalled } from './called.ts';
import { countText, hasErrors, printDiagnostics } from './findings.ts';
import { interruptible } from './interrupt.ts';
import { chosenExecutor } from './jobs/chosen-executor.ts';
import { printDryRun } from './jobs/dry-run.ts';
import { jobsRunner } from './jobs/jobs-runner.ts';
import { printJobsPlan } from './jobs/plan-text.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';
import { shown, storeRoot } from './paths.ts';
import type { SweepCommandOptions } from './points/command-options.ts';
import { pointLines } from './points/point-lines.ts';
import { runnerOnThisMachine } from './points/runner-on-this-machine.ts';
import { pointsOfSweep, sweepName } from './points/sweep-points.ts';
import { loadRecipe } from './recipe.ts';
import { openRegistry } from './registry.ts';
import { table } from './table.ts';

/** `ichor sweep RECIPE`: 0 every point is done, 1 one failed, 2 the input is wrong, 130 and 143 interrupted. */
export async function sweepCommand(file: string, options: SweepCommandOptions): Promise<number> {
  const resolution = await loadRecipe(file, options, openRegistry());
  const { recipe, tree, sweep, diagnostics, sources } = resolution;
  const blocking = blocksRun(diagnostics);
  if (recipe === null || tree === null || hasErrors(diagnostics) || blocking.length > 0) {
    process.stderr.write(`${paint.red('not run')}: ${file} (${countText(diagnostics)})\n`);
    for (const { hint } of blocking) if (hint) process.stderr.write(`  ${paint.bold('hint')}: ${asCalled(hint)}\n`);
    return 2;
  }
  if (sweep === null) {
    await printDiagnostics([noSweep(tree.place)], sources);
    return 2;
  }
  const workspace = findWorkspace(process.cwd());
  const root = storeRoot(options.store, workspace);
  const name = sweepName(recipe.name, options);
  const folder = sweepFolder(root, name);
  const byName = new Map(sweep.recipes.map((one) => [one.point.name, one]));
  const on = options.on !== undefined || options.onConfig !== undefined;
  const chosen = on ? await chosenExecutor(options, resolution.registry) : null;
  if (on && chosen === null) return 2;
  const signal = interruptible();
  const work = { chosen, options, root, workspace, signal };
  if (options.plan) return printJobsPlan(pointsOfSweep(resolution, options), { name, ...work });
  if (options.dryRun) return printDryRun(pointsOfSweep(resolution, options), { name: `sweep-${name}`, ...work });
  const quiet = options.quiet ?? false;
  const say = (text: string) => {
    if (!quiet) process.stderr.write(`${text}\n`);
  };
  say(`${paint.bold(name)}  ${sweep.points.length} points`);
  await new Store(root).prepare();
  const lock = await takeLock(join(root, 'locks', `sweep-${name}`), {
    signal,
    waiting: (lock) => say(`  this sweep is running already ${waitingText(lock)}`),
    broken: (lock) => process.stderr.write(`  ${paint.yellow('warning')} ${brokenText(lock)}\n`),
  });
  const wanted = wantedLedger(name, plain(tree), sweep.recipes);
  const results = (ledger: SweepLedger) => sweepResults(ledger, join(root, 'runs'), sweep.figures);
  const recipes = pointsOfSweep(resolution, options);
  const runner =
    chosen !== null
      ? await (async () => {
          // Told before a job is submitted.
          if (!options.restart) continued(await readLedger(folder), wanted);
          return jobsRunner({
            name: `sweep-${name}`,
            of: { kind: 'sweep', files: [resolve(file)], options },
            points: recipes,
            chosen,
            root,
            workspace,
            jobs: options.jobs,
            quiet,
            signal,
          });
        })().catch(async (error: unknown) => {
          await lock.release();
          throw error;
        })
      : runnerOnThisMachine({ kind: 'sweep', files: [file], options }, recipes, { root, workspace, signal });
  const write = async (ledger: SweepLedger, found: SweepResults) => {
    await replaceFile(join(folder, 'table.md'), sweepMarkdown(found));
    await replaceFile(join(folder, 'points.csv'), sweepCsv(ledger, found));
    await replaceFile(join(folder, 'sweep.html'), await sweepPage(ledger, found));
  };
  try {
    const ledger = await runSweep({
      folder,
      runsFolder: join(root, 'runs'),
      wanted,
      restart: options.restart ?? false,
      signal,
      jobs: chosen === null ? options.jobs : sweep.points.length,
      async run({ name: point, recipe: hash, status, run: before }, { index, total }) {
        const { values, seed } = (byName.get(point) as ResolvedPoint).point;
        const lines = pointLines({
          position: `${index + 1} of ${total}`,
          title: settingText(values, seed),
          recalled: status === 'done',
          beside: chosen !== null || options.jobs > 1,
          quiet,
        });
        const run = await runner.run(point, { recipe: hash, before, emit: lines.emit });
        lines.end();
        return run;
      },
      show: async (ledger) => write(ledger, await results(ledger)),
    });
    const found = await results(ledger);
    await write(ledger, found);
    const right = found.figures.map((_, i) => found.axes.length + 1 + i);
    const title = [...found.marks, `${name}: ${states(ledger)}`].join(' · ');
    const files = [
      ['page', shown(join(folder, 'sweep.html'))],
      ['table', shown(join(folder, 'table.md'))],
      ['points', shown(join(folder, 'points.csv'))],
    ];
    const failed = ledger.points.filter(({ status }) => status === 'failed');
    if (options.json) {
      const points = ledger.points.map(({ name: point, values, seed, status, run, error, seconds }) => ({
        point,
        values,
        seed,
        status,
        run,
        error,
        seconds,
      }));
      const made = {
        page: join(folder, 'sweep.html'),
        table: join(folder, 'table.md'),
        points: join(folder, 'points.csv'),
      };
      printJson(
        {
          sweep: name,
          store: root,
          files: made,
          points,
          results: { ...found, points: Object.fromEntries(found.points) },
        },
        failed.length > 0 ? 1 : 0,
      );
    } else if (!quiet) {
      const notes = sweepNotes(found).map((note) => paint.dim(note));
      const parts = [paint.bold(title), table(sweepTable(found), { right }), ...notes, '', table(files)];
      process.stdout.write(`\n${parts.join('\n')}\n`);
    }
    for (const { name: point, error } of failed) {
      process.stderr.write(`${paint.red('failed')}  ${point}: ${error}\n`);
    }
    if (failed.length > 0) say('The same command tries what failed again; what is done stays.');
    return failed.length > 0 ? 1 : 0;
  } finally {
    await runner.close();
    await lock.release();
  }
}

function wantedLedger(name: string, base: Plain, recipes: readonly ResolvedPoint[]): SweepLedger {
  const points = recipes.map(
    ({ point, recipe }): LedgerPoint => ({
      name: point.name,
      values: point.values,
      seed: point.seed,
      recipe: recipeHash(recipe()),
      status: 'not started',
      run: null,
      error: null,
      seconds: null,
      process: null,
    }),
  );
  return { format: 1, name, base: withoutRoot(base), points };
}

/** Where the data lie may name a person, and says nothing about a result. */
function withoutRoot(base: Plain): Plain {
  const recipe = structuredClone(base) as { data?: { source?: { root?: unknown } } };
  delete recipe.data?.source?.root;
  return recipe as Plain;
}

/** `18 done, 1 failed, 1 not started` */
function states({ points }: SweepLedger): string {
  const count = (status: LedgerPoint['status']) => points.filter((point) => point.status === status).length;
  return (['done', 'failed', 'running', 'not started'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`)
    .join(', ');
}
