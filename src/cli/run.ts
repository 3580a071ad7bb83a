import { join } from 'node:path';
import { blocksRun } from '../registry/diagnostics/blocks-run.ts';
import { stampsOf } from '../registry/leak.ts';
import { relocatePlugins } from '../registry/plugins/relocate.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import type { EngineKind } from '../runtime/engine/engine.ts';
import { refuseEnsembleRecipe } from '../runtime/ensemble/refuse-recipe.ts';
import { marks } from '../runtime/evaluate/summary-table.ts';
import { planRecipe } from '../runtime/plan/plan.ts';
import { runPlan } from '../runtime/runs/run.ts';
import { asCalled } from './called.ts';
import { interruptible } from './interrupt.ts';
import { type MachineOptions, machineOptions } from './machine-options.ts';
import { printQuietEnd } from './notices.ts';
import { paint } from './paint.ts';
import { storeRoot } from './paths.ts';
import { progressReporter } from './progress.ts';
import { countText, hasErrors, loadRecipe, type RecipeOptions, refuseSweep } from './recipe.ts';
import { openRegistry } from './registry.ts';
import { printRunJson } from './run-json.ts';
import { shippedRecipe } from './shipped.ts';
import { printSummary } from './summary.ts';

export interface RunCommandOptions extends RecipeOptions, MachineOptions {
  store?: string;
  engine: 'auto' | EngineKind;
  /** A file of the same size is taken to be the same. */
  trustSizes?: boolean;
  until?: string;
  quiet?: boolean;
  /** What came of it as JSON, in the place of the summary. */
  json?: boolean;
}

/** `ichor run RECIPE`: 0 done, 1 the run failed, 2 the input is wrong, 129, 130 and 143 interrupted. */
export async function runCommand(file: string, options: RunCommandOptions): Promise<number> {
  await refuseEnsembleRecipe(file);
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
  const signal = interruptible();
  const quiet = options.quiet ?? false;
  if (!quiet)
    process.stderr.write(
      `${paint.bold(recipe.name)}${marks({ synthetic: false, smoke: recipe.smoke, stamps: stampsOf(recipe, registry) })
        .map((mark) => `  ${mark}`)
        .join('')}\n`,
    );
  const root = storeRoot(options.store, workspace);
  const shipped = await shippedRecipe(recipe.name, registry);
  const result = await runPlan({
    recipe,
    recipeText: relocatePlugins(resolution.text, resolution.plugins, join(root, 'runs', recipe.name)),
    registry,
    plan: planRecipe(recipe, registry),
    storeRoot: root,
    workspace,
    engine: options.engine,
    ...machineOptions(options),
    ...(options.trustSizes ? { trustSizes: true } : {}),
    ...(options.until === undefined ? {} : { until: options.until }),
    shipped,
    findings: diagnostics,
    emit: progressReporter({ quiet }),
    signal,
  });
  if (options.json) await printRunJson(root, result);
  else if (quiet) printQuietEnd(result);
  else await printSummary(result, recipe, shipped, registry);
  return 0;
}
