import { join } from 'node:path';
import { stampsOf } from '../registry/leak.ts';
import { relocatePlugins } from '../registry/plugins/relocate.ts';
import { marks } from '../runtime/evaluate/summary-table.ts';
import { planRecipe } from '../runtime/plan/plan.ts';
import { runPlan } from '../runtime/runs/run.ts';
import { abortable, never } from './aborted.ts';
import type { WorkEvent } from './events.ts';
import { identityEnv } from './identity.ts';
import { openedRun } from './opened-run.ts';
import { checkedOptions, engineOptions, placesOf, type RunOptions } from './options.ts';
import { type Recipe, refuseBlocking, statedRecipe } from './recipe.ts';
import type { FinishedRun } from './run-types.ts';
import { shippedRecipe } from './shipped.ts';

export async function runNow(
  recipe: Recipe | string,
  options: RunOptions | undefined,
  emit: (event: WorkEvent) => void,
): Promise<FinishedRun> {
  const stated = checkedOptions('run', options);
  const { cwd, workspace, storeRoot } = placesOf(stated);
  const signal = stated.signal ?? never();
  return abortable(signal, async () => {
    const loaded = await statedRecipe('run', recipe, stated);
    refuseBlocking(loaded.recipe);
    const { recipe: resolved, registry, plugins, text, diagnostics } = loaded.resolution;
    const stamps = marks({ synthetic: false, smoke: resolved.smoke, stamps: stampsOf(resolved, registry) });
    emit({ type: 'begin', recipe: resolved.name, marks: stamps, predictsWith: null });
    const shipped = await shippedRecipe(resolved.name, registry);
    const { exact, until, paths } = stated;
    const result = await runPlan({
      recipe: resolved,
      recipeText: relocatePlugins(text, plugins, join(storeRoot, 'runs', resolved.name)),
      registry,
      plan: planRecipe(resolved, registry),
      storeRoot,
      workspace,
      ...engineOptions(stated),
      ...(exact === undefined ? {} : { exact }),
      ...(until === undefined ? {} : { until }),
      ...(paths ? { paths } : {}),
      shipped,
      findings: diagnostics,
      env: identityEnv(stated.identityKey, cwd),
      emit,
      signal,
    });
    const { ran, repeated } = result;
    const opened = await openedRun(result.folder, storeRoot, { recipe: resolved, registry, shipped });
    return Object.assign(opened, { ran, repeated, notices: result.notices });
  });
}
