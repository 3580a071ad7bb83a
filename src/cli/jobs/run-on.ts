import { resolve } from 'node:path';
import { IchorError } from '../../errors.ts';
import { blocksRun } from '../../registry/diagnostics/blocks-run.ts';
import { findWorkspace } from '../../registry/resolve/workspace.ts';
import { recipeHash } from '../../runtime/runs/recipe-hash.ts';
import { asCalled } from '../called.ts';
import { countText, hasErrors } from '../findings.ts';
import { interruptible } from '../interrupt.ts';
import { paint } from '../paint.ts';
import { storeRoot } from '../paths.ts';
import type { RunOnOptions } from '../points/command-options.ts';
import { pointOfRun, WHOLE } from '../points/single-point.ts';
import { loadRecipe, refuseSweep } from '../recipe.ts';
import { openRegistry } from '../registry.ts';
import { runCommand } from '../run.ts';
import { chosenExecutor } from './chosen-executor.ts';
import { printDryRun } from './dry-run.ts';
import { jobsRunner } from './jobs-runner.ts';
import { printJobsPlan } from './plan-text.ts';

/**
 * `ichor run RECIPE --on EXECUTOR`: its backbones and folds beside each other, then the rest; then the run is recalled and shown, as
 * a run here is. 0 done, 1 it failed, 2 the input is wrong.
 */
export async function runOnCommand(file: string, options: RunOnOptions): Promise<number> {
  if (options.jobs !== undefined && options.on === undefined)
    throw new IchorError(
      'wrong-call',
      '--jobs says how many jobs of an executor run at once, and none was named.',
      'Name it: --on local --jobs 2',
      2,
    );
  const resolution = await loadRecipe(file, options, openRegistry());
  const { recipe, diagnostics, registry } = resolution;
  if (await refuseSweep(resolution)) return 2;
  const blocking = blocksRun(diagnostics);
  if (recipe === null || hasErrors(diagnostics) || blocking.length > 0) {
    process.stderr.write(`${paint.red('not run')}: ${file} (${countText(diagnostics)})\n`);
    for (const { hint } of blocking) if (hint) process.stderr.write(`  ${paint.bold('hint')}: ${asCalled(hint)}\n`);
    return 2;
  }
  const workspace = findWorkspace(process.cwd());
  const root = storeRoot(options.store, workspace);
  const points = pointOfRun(resolution);
  const chosen =
    options.on === undefined && options.onConfig === undefined ? null : await chosenExecutor(options, registry);
  if (chosen === null && !options.plan && !options.dryRun) return 2;
  const signal = interruptible();
  const work = { chosen, options, root, workspace, signal };
  const name = `run-${recipe.name}${recipe.smoke ? '.smoke' : ''}`;
  if (options.dryRun) return printDryRun(points, { name, ...work });
  if (options.plan || chosen === null) return printJobsPlan(points, { name: recipe.name, ...work });
  const runner = await jobsRunner({
    name,
    of: { kind: 'run', files: [resolve(file)], options },
    points,
    chosen,
    root,
    workspace,
    jobs: options.jobs ?? null,
    quiet: options.quiet ?? false,
    signal,
  });
  try {
    await runner.run(WHOLE, { recipe: recipeHash(recipe), before: null, emit: () => {} });
  } finally {
    await runner.close();
  }
  return runCommand(file, options);
}
