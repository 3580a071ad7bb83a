import { availableParallelism } from 'node:os';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { stampsOf } from '../registry/leak.ts';
import type { EngineKind } from '../runtime/engine/engine.ts';
import { openEngine } from '../runtime/engine/open.ts';
import { marks } from '../runtime/evaluate/summary-table.ts';
import type { LookCounts } from '../runtime/look/look-text.ts';
import type { Machine } from '../runtime/machine.ts';
import { RECKONED_CORES } from '../runtime/plan/estimate.ts';
import type { Measured } from '../runtime/plan/measure-networks.ts';
import { planRecipe } from '../runtime/plan/plan.ts';
import type { PlanWarning } from '../runtime/plan/plan-warnings.ts';
import type { PlannedWeights } from '../runtime/plan/planned-weights.ts';
import { type Reason, reasonText } from '../runtime/plan/reasons.ts';
import { type PlannedStage as Planned, type PlanReport, plannedMachines, reportPlan } from '../runtime/plan/report.ts';
import type { StageEstimate } from '../runtime/plan/stage-estimate.ts';
import type { StageState } from '../runtime/plan/states.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { machineNotes, machinesLine } from '../runtime/store/machines.ts';
import { abortable, never } from './aborted.ts';
import type { WorkEvent } from './events.ts';
import { identityEnv } from './identity.ts';
import { checkedOptions, engineOptions, type PlanOptions, placesOf } from './options.ts';
import { type Recipe, statedRecipe } from './recipe.ts';

/** What a run would do, and why. */
export interface Plan {
  recipe: string;
  recipeHash: string;
  smoke: boolean;
  /** What stands on a run of it whatever the data are: `SMOKE`, `LEAKY SPLIT`. */
  marks: readonly string[];
  /** Absolute. */
  store: string;
  engine: { kind: EngineKind; version: string } | null;
  /** In the order in which they would run. */
  stages: readonly PlannedStage[];
  /** Of what is left. `complete`: every one of them has an estimate. */
  total: { stages: number; seconds: number; bytes: number; complete: boolean };
  /** What was read of the data; null where they are generated, or not there. */
  looked: LookCounts | null;
  /** What backbones that have to be trained start from. */
  weights: readonly PlannedWeights[];
  /** The public set, as a whole, that the estimates are of because its folder is not there. */
  reckonedFor: PlanReport['reckonedFor'];
  /** Null where nothing was measured. */
  measured: Measured | null;
  /** What it would compute with; without `threads` and the rest where no stage runs a model. */
  machine: Partial<Machine> & { cores: number; reckonedOnCores: number };
  /** A line on stages that were, or would be, computed on different machines; null: there are none. */
  madeDifferently: string | null;
  /** The same in all its sentences. */
  machineNotes: readonly string[];
  /** Share of the labelled patients that is held out (`data.test`); null: nobody is. */
  testSide: number | null;
  /** What `run` would warn of. */
  warnings: readonly PlanWarning[];
  /** What `run` would refuse to begin with. */
  problems: readonly PlanProblem[];
}

export interface PlanProblem {
  code: string;
  message: string;
  hint: string | null;
}

export interface PlannedStage {
  /** `backbone`, `predict:sequence`. */
  id: string;
  stage: string;
  key: string;
  /** `cached`: nothing is done; `continue`: an interrupted attempt goes on; `stale`: something changed; `run`: it is new. */
  state: StageState;
  reads: readonly string[];
  /** Why it is not cached. */
  reasons: readonly (Reason & { message: string })[];
  /** Key of the earlier artifact that the reasons are the differences from. */
  comparedWith: string | null;
  /** Null where it is cached, and where nothing can be said until index has run. */
  estimate: StageEstimate | null;
  /** Null where it runs no model. */
  machine: Machine | null;
  engine: EngineKind | null;
}

export async function planNow(
  recipe: Recipe | string,
  options: PlanOptions | undefined,
  emit: (event: WorkEvent) => void,
): Promise<Plan> {
  const stated = checkedOptions('plan', options);
  const { cwd, workspace, storeRoot } = placesOf(stated);
  const signal = stated.signal ?? never();
  return abortable(signal, async () => {
    const loaded = await statedRecipe('plan', recipe, stated);
    const { recipe: resolved, registry, tree } = loaded.resolution;
    const stamps = marks({ synthetic: false, smoke: resolved.smoke, stamps: stampsOf(resolved, registry) });
    emit({ type: 'begin', recipe: resolved.name, marks: stamps, predictsWith: null });
    const { exact, until } = stated;
    const work = engineOptions(stated);
    const measure = async (networks: ReadonlySet<'backbone' | 'sequence'>) => {
      const { measureNetworks } = await import('../runtime/plan/measure-networks.ts');
      const opened = await openEngine(work.engine, emit, stated.threads ?? resolved.engine.threads ?? undefined);
      const engine = stated.eager ? opened.as('eager') : opened;
      return measureNetworks({ recipe: resolved, registry }, networks, { engine, emit, signal });
    };
    const report = await reportPlan({
      recipe: resolved,
      tree,
      registry,
      plan: planRecipe(resolved, registry),
      storeRoot,
      workspace,
      findRun,
      ...work,
      ...(exact === undefined ? {} : { exact }),
      ...(until === undefined ? {} : { until }),
      ...(stated.measure ? { measure } : {}),
      env: identityEnv(stated.identityKey, cwd),
      emit,
      signal,
    });
    const { blocking } = loaded.recipe;
    return planOf(loaded.recipe, stamps, storeRoot, report, { blocking, testSide: resolved.data.test });
  });
}

function planOf(
  { name, hash, smoke }: Recipe,
  stamps: readonly string[],
  store: string,
  report: PlanReport,
  { blocking, testSide }: { blocking: readonly Diagnostic[]; testSide: number | null },
): Plan {
  const { engine, machine, looked, weights, reckonedFor, measured, warnings } = report;
  const stages = report.stages.map(stageOf);
  const made = plannedMachines(report.stages);
  return {
    recipe: name,
    recipeHash: hash,
    smoke,
    marks: stamps,
    store,
    engine,
    stages,
    total: totalOf(stages),
    looked,
    weights,
    reckonedFor,
    measured,
    machine: { ...machine, cores: availableParallelism(), reckonedOnCores: RECKONED_CORES },
    madeDifferently: machinesLine(made),
    testSide,
    machineNotes: machineNotes(made),
    warnings,
    problems: [...report.problems, ...blocking].map(({ code, message, hint }) => ({
      code,
      message,
      hint: hint ?? null,
    })),
  };
}

export function stageOf({ instance, state, reasons, nearest, estimate, machine }: Planned): PlannedStage {
  return {
    id: instance.id,
    stage: instance.stage.name,
    key: instance.key,
    state,
    reads: instance.reads,
    reasons: reasons.map((reason) => ({ ...reason, message: reasonText(reason) })),
    comparedWith: nearest?.key ?? null,
    estimate,
    machine,
    engine: (instance.parts.engine?.kind as EngineKind | undefined) ?? null,
  };
}

/** Of the stages that are left. */
export function totalOf(stages: readonly PlannedStage[]): Plan['total'] {
  const left = stages.filter(({ state }) => state !== 'cached');
  const sum = (of: 'seconds' | 'bytes') => left.reduce((all, { estimate }) => all + (estimate?.[of] ?? 0), 0);
  return {
    stages: left.length,
    seconds: sum('seconds'),
    bytes: sum('bytes'),
    complete: left.every(({ estimate }) => estimate !== null),
  };
}
