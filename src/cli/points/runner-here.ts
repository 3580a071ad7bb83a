import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { relocatePlugins } from '../../registry/plugins/relocate.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { EngineKind } from '../../runtime/engine/engine.ts';
import type { OpenData } from '../../runtime/open-data.ts';
import { planRecipe } from '../../runtime/plan/plan.ts';
import { recipeHash } from '../../runtime/runs/recipe-hash.ts';
import { runPlan } from '../../runtime/runs/run.ts';
import { type MachineOptions, machineOptions } from '../machine-options.ts';
import { shippedRecipe } from '../shipped.ts';
import type { PointRun } from './point-run.ts';
import type { PointRunner } from './point-runner.ts';

export interface RunnerHereOptions extends MachineOptions {
  storeRoot: string;
  workspace: string;
  engine: 'auto' | EngineKind;
  /** A file of the same size is taken to be the same. */
  trustSizes: boolean;
  signal: AbortSignal;
}

/** Runs points in this process. What several of them need is read once: headers, manifests, shipped recipes. */
export function runnerHere(points: ReadonlyMap<string, PointRun>, options: RunnerHereOptions): PointRunner {
  const { storeRoot, workspace, engine, trustSizes, signal } = options;
  const opened = new Map<string, OpenData>();
  const found = new Set<string>();
  const shipped = new Map<string, Promise<ResolvedRecipe | null>>();
  return {
    async run(key, { recipe: hash, before, emit }) {
      const point = points.get(key);
      if (point === undefined) throw changed();
      const [blocking] = point.blocking;
      if (blocking) throw new IchorError(blocking.code, blocking.message, blocking.hint);
      const recipe = point.recipe();
      if (recipeHash(recipe) !== hash) throw changed();
      const known = shipped.get(recipe.name) ?? shippedRecipe(recipe.name, point.registry);
      shipped.set(recipe.name, known);
      const result = await runPlan({
        recipe,
        recipeText: relocatePlugins(point.text(), point.plugins, join(storeRoot, 'runs', recipe.name)),
        registry: point.registry,
        plan: planRecipe(recipe, point.registry),
        storeRoot,
        workspace,
        engine,
        ...machineOptions(options),
        trustSizes,
        shipped: await known,
        findings: point.findings,
        parent: point.parent,
        emit,
        signal,
        opened,
        found,
        before,
      });
      return result.name;
    },
    async close() {},
  };
}

const changed = (): IchorError =>
  new IchorError(
    'changed-meanwhile',
    'Its recipe was changed while this was starting.',
    'Run the same command again.',
    2,
  );
