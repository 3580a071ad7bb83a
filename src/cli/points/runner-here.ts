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
  /** Where each point ends; absent: at its end. */
  until?: string;
  signal: AbortSignal;
}

/** Runs points in this process. What several of them need is read once: headers, manifests, shipped recipes. */
export function runnerHere(points: ReadonlyMap<string, PointRun>, options: RunnerHereOptions): PointRunner {
  const { storeRoot, workspace, engine, trustSizes, signal } = options;
  const opened = new Map<string, OpenData>();
  const found = new Set<string>();
  const shipped = new Map<string, Promise<ResolvedRecipe | null>>();
  return {
    async run(key, { recipe: hash, before, emit, until, range, ranges }) {
      const point = points.get(key);
      if (point === undefined) throw changed();
      const [blocking] = point.blocking;
      if (blocking) throw new IchorError(blocking.code, blocking.message, blocking.hint);
      const recipe = point.recipe();
      if (recipeHash(recipe) !== hash) throw changed();
      const known = shipped.get(recipe.name) ?? shippedRecipe(recipe.name, point.registry);
      shipped.set(recipe.name, known);
      const stop = until ?? options.until;
      const part = {
        ...(stop === undefined ? {} : { until: stop }),
        ...(range === undefined ? {} : { range }),
        ...(ranges === undefined ? {} : { ranges }),
      };
      const result = await runPlan({
        recipe: until === undefined ? recipe : partOf(recipe, until),
        recipeText: relocatePlugins(point.text(), point.plugins, join(storeRoot, 'runs', recipe.name)),
        registry: point.registry,
        plan: planRecipe(recipe, point.registry),
        storeRoot,
        workspace,
        engine,
        ...machineOptions(options),
        trustSizes,
        ...part,
        shipped: await known,
        findings: point.findings,
        ...(point.parent === undefined ? {} : { parent: point.parent }),
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

/** Its runs are numbered by themselves, and nobody follows them: the run of the whole point tells all of it. Neither is in a key. */
const partOf = (recipe: ResolvedRecipe, until: string): ResolvedRecipe => ({
  ...recipe,
  name: `${recipe.name}.${until.replace(':', '-')}`,
  tracking: [],
});

const changed = (): IchorError =>
  new IchorError(
    'changed-meanwhile',
    'Its recipe was changed while this was starting.',
    'Run the same command again.',
    2,
  );
