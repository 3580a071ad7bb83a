/**
 * ichor as a library: `import { run } from 'ichor/run'`. What the command does with recipes and runs, as typed objects. Nothing is
 * printed, no signal is listened to, the process is not ended; importing this loads no engine, no sharp and no codec.
 * @module library
 */
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import type { Checked } from './check.ts';
import type { ComparedRuns } from './compare-runs.ts';
import type { FindingsFormat } from './format.ts';
import { type Job, startJob } from './job.ts';
import type {
  CompareOptions,
  EvaluateOptions,
  PlanOptions,
  PredictOptions,
  RecipeOptions,
  RunOptions,
  StoreOptions,
  WatchOptions,
} from './options.ts';
import type { Plan } from './plan.ts';
import type { Recipe } from './recipe.ts';
import type { FinishedRun, Run } from './run-types.ts';
import type { WatchedPage } from './watch-run.ts';

export { IchorError } from '../errors.ts';
export { LABELS, type Label } from '../labels.ts';
export type { Diagnostic, Severity } from '../registry/diagnostics/diagnostic.ts';
export type { MetricFigure } from '../registry/kinds/metric.ts';
export type { Side } from '../registry/kinds/split.ts';
export type { ResolvedRecipe } from '../registry/recipe.ts';
export type { LedgerItem } from '../runtime/artifacts/ledger-more.ts';
export type { Mark } from '../runtime/artifacts/marks.ts';
export type { Interval, ModelName, SideCounts } from '../runtime/artifacts/metrics.ts';
export type { PatientRow } from '../runtime/artifacts/patients.ts';
export type {
  ComparedCell,
  ComparedCurves,
  ComparedFigure,
  ComparedRun,
  ComparedValue,
  Comparison,
  CurvePoint,
  PairedDifference,
} from '../runtime/compare/comparison.ts';
export type { ComparisonTables } from '../runtime/compare/tables.ts';
export type { SummaryTable } from '../runtime/evaluate/summary-table.ts';
export type { EpochEvent, NoteEvent, RunEvent } from '../runtime/events.ts';
export type { Notice } from '../runtime/notices/notice.ts';
export type { Reason } from '../runtime/plan/reasons.ts';
export type { RunState } from '../runtime/runs/run-folder.ts';
export type { RunWhole } from '../runtime/runs/run-json.ts';
export type { RunTraits } from '../runtime/runs/run-traits.ts';
export type { Checked, CheckedTable } from './check.ts';
export type { ComparedRuns } from './compare-runs.ts';
export type { BeginEvent, FindingsEvent, WorkEvent } from './events.ts';
export type { FindingsFormat } from './format.ts';
export type { Job } from './job.ts';
export type {
  CompareOptions,
  EngineOptions,
  EvaluateOptions,
  FollowOptions,
  PlaceOptions,
  PlanOptions,
  PredictOptions,
  RecipeOptions,
  RunOptions,
  StoreOptions,
  WatchOptions,
} from './options.ts';
export type { Plan, PlannedStage, PlanProblem } from './plan.ts';
export type { Recipe } from './recipe.ts';
export { isRecipeError, type RecipeError } from './recipe-error.ts';
export type * from './run-types.ts';
export type { WatchedPage } from './watch-run.ts';

/**
 * Reads a recipe and all that it extends.
 * @param file from `cwd`
 *
 * Rejects with IchorError `recipe-invalid` (with `diagnostics` and `sources`: `isRecipeError`), `wrong-option` (exit 2).
 */
export async function loadRecipe(file: string, options?: RecipeOptions): Promise<Recipe> {
  return (await import('./recipe.ts')).loadRecipe(file, options);
}

/**
 * Says everything that is wrong with a recipe, or with a table and the recipes of its rows. Needs no data, weights or engine.
 * What is wrong is data (`diagnostics`).
 * @param file from `cwd`
 *
 * Rejects with IchorError `wrong-option` (exit 2) alone.
 */
export async function check(file: string, options?: RecipeOptions): Promise<Checked> {
  return (await import('./check.ts')).check(file, options);
}

/** Checks each of these recipes and tables. A folder stands for the recipes in it, and for none below it. */
export async function checkAll(places: readonly string[], options?: RecipeOptions): Promise<Checked[]> {
  return (await import('./check.ts')).checkAll(places, options);
}

/** Findings as a terminal shows them, with the lines around; as a JSON array; or as annotations of GitHub Actions. */
export async function formatFindings(diagnostics: readonly Diagnostic[], options?: FindingsFormat): Promise<string> {
  return (await import('./format.ts')).formatFindings(diagnostics, options);
}

/**
 * Says what a run would do, why, and what it would take, without doing any of it.
 * @param recipe a recipe that was loaded, or the path of a file from `cwd`
 *
 * Rejects with IchorError `recipe-invalid`, `is-sweep`, `wrong-option`, `store-not-writable` (exit 2), `aborted`.
 */
export const plan = (recipe: Recipe | string, options?: PlanOptions): Job<Plan> =>
  startJob(async (emit) => (await import('./plan.ts')).planNow(recipe, options, emit), options?.onEvent);

/**
 * Runs the stages of a recipe that are missing. Resolves once the run is complete.
 * @param recipe a recipe that was loaded, or the path of a file from `cwd`
 *
 * Rejects with IchorError `recipe-invalid`, `is-sweep`, `wrong-option`, `store-not-writable` (exit 2), `aborted`, and what
 * stages end with.
 */
export const run = (recipe: Recipe | string, options?: RunOptions): Job<FinishedRun> =>
  startJob(async (emit) => (await import('./run.ts')).runNow(recipe, options, emit), options?.onEvent);

/**
 * Applies the networks of a finished run to slices without labels. Resolves with a run of predictions, of which every slice
 * is on the side `test`.
 * @param name of the run, a tag, its recipe's name, its folder, or a file that `ichor runs pack` wrote
 * @param places folders, zips, files or a DICOMDIR, from `cwd`: several as one set
 *
 * Rejects with IchorError `unknown-run`, `run-not-trained`, `run-unreadable`, `source-missing`, `wrong-option`,
 * `store-not-writable` (exit 2), `aborted`, and what stages end with.
 */
export const predict = (name: string, places: string | readonly string[], options?: PredictOptions): Job<FinishedRun> =>
  startJob(
    async (emit) => (await import('./predict-with.ts')).predictNow('predict', name, places, options, emit),
    options?.onEvent,
  );

/**
 * Judges the networks of a finished run by labelled slices that it never saw: predicts as `predict` does, and reckons figures
 * by these labels. Resolves with a run of its own.
 *
 * Rejects as `predict` does, and with `labels-unnamed`, `labels-missing`, `wrong-call` (exit 2).
 */
export const evaluate = (
  name: string,
  places: string | readonly string[],
  options?: EvaluateOptions,
): Job<FinishedRun> =>
  startJob(async (emit) => (await import('./evaluate.ts')).evaluateNow(name, places, options, emit), options?.onEvent);

/**
 * Opens a run: also one that is running, was interrupted or failed.
 * @param name its name, a tag, its recipe's name (the newest whole run of it as its file stands), or its folder from `cwd`
 *
 * Rejects with IchorError `unknown-run`, `run-damaged`, `wrong-option` (exit 2).
 */
export async function openRun(name: string, options?: StoreOptions): Promise<Run> {
  return (await import('./open-run.ts')).openRun(name, options);
}

/**
 * Holds runs against the first of them: figures with paired intervals by patient, curves, and what their recipes differ in. A
 * run that is not done yet has curves and a recipe.
 * @param names two to eight runs, each by its name, a tag, its recipe's name, or its folder from `cwd`
 *
 * Rejects with IchorError `unknown-run`, `run-damaged`, `run-unreadable`, `run-recipe-edited`, `wrong-call`, `wrong-option`
 * (exit 2), `aborted`.
 */
export async function compareRuns(names: readonly string[], options?: CompareOptions): Promise<ComparedRuns> {
  return (await import('./compare-runs.ts')).compareRunsNow(names, options);
}

/**
 * Serves a page of a run that keeps itself at what the run is: stages, epochs, curves, warnings. To this machine alone, under a path
 * that nobody can guess; no picture, id or path of data is on it.
 * @param name as `openRun` takes it; null: the newest run that is running, else the newest one
 *
 * Rejects with IchorError `unknown-run`, `run-damaged`, `port-taken`, `wrong-option` (exit 2), `aborted`.
 */
export async function watchRun(name: string | null, options?: WatchOptions): Promise<WatchedPage> {
  return (await import('./watch-run.ts')).watchRunNow(name, options);
}
