import type { EngineKind } from '../../runtime/engine/engine.ts';
import type { PointPlan, PointStage } from '../../runtime/jobs/graph.ts';
import { withRanges } from '../../runtime/jobs/ranges.ts';
import { type OpenData, sourceOf } from '../../runtime/open-data.ts';
import { planRecipe, planUntil } from '../../runtime/plan/plan.ts';
import { type PlannedStage, reportPlan } from '../../runtime/plan/report.ts';
import { History } from '../../runtime/plan/states.ts';
import { findRun } from '../../runtime/runs/find-run.ts';
import { identityKey } from '../../runtime/store/identity.ts';
import { Store } from '../../runtime/store/store.ts';
import { type MachineOptions, machineOptions } from '../machine-options.ts';
import type { PointRun } from '../points/point-run.ts';
import { progressReporter } from '../progress.ts';

export interface PlanWork extends MachineOptions {
  engine: 'auto' | EngineKind;
  trustSizes: boolean;
  workspace: string;
  root: string;
  signal: AbortSignal;
  /** Where each point ends; absent: at its end. */
  until?: string;
  /** Into how many shards and embeddings are divided. */
  ranges: number;
  /** A plan that is only shown makes no key of private names. */
  shown: boolean;
}

export interface PlannedPoints {
  plans: PointPlan[];
  engine: { kind: EngineKind; version: string } | null;
  machine: Awaited<ReturnType<typeof reportPlan>>['machine'];
}

/**
 * What is left of each point, and what it will take. A point that a run would refuse to begin with has no plan: it fails by itself,
 * with what is wrong with it.
 */
export async function pointPlans(points: ReadonlyMap<string, PointRun>, work: PlanWork): Promise<PlannedPoints> {
  const { workspace, root, signal, ranges } = work;
  const store = new Store(root);
  const opened = new Map<string, OpenData>();
  const histories = new Map<PointRun['registry'], History>();
  const found: PlannedPoints = { plans: [], engine: null, machine: null };
  const emit = progressReporter({ quiet: true });
  for (const [key, point] of points) {
    signal.throwIfAborted();
    if (point.blocking.length > 0) continue;
    const { registry } = point;
    const recipe = point.recipe();
    // Its keys go by it, and those of the jobs have to be the same.
    if (!work.shown && sourceOf(recipe, registry).contract(recipe.data.source).identities === 'private')
      await identityKey(root, { emit });
    const history = histories.get(registry) ?? new History(new Store(root), registry);
    histories.set(registry, history);
    const plan = planRecipe(recipe, registry);
    const report = await reportPlan({
      recipe,
      tree: null,
      registry,
      plan: work.until === undefined ? plan : planUntil(plan, work.until),
      storeRoot: root,
      workspace,
      findRun,
      engine: work.engine,
      ...machineOptions(work),
      trustSizes: work.trustSizes,
      emit,
      signal,
      opened,
      history,
    });
    if (report.problems.length > 0) continue;
    found.engine ??= report.engine;
    found.machine ??= report.machine;
    const stages: PointStage[] = [];
    for (const stage of report.stages)
      stages.push(...(await withRanges(stageOf(stage), stage.instance, { ranges, store })));
    found.plans.push({ point: key, stages });
  }
  return found;
}

const stageOf = ({ instance, state, estimate, nearest }: PlannedStage): PointStage => ({
  id: instance.id,
  stage: instance.stage.name,
  key: instance.key,
  reads: instance.reads,
  left: state !== 'cached',
  seconds: estimate?.seconds ?? null,
  bytes: estimate?.bytes ?? null,
  peakBytes: nearest?.manifest.peakBytes ?? null,
});
