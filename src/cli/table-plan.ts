import type { PlannedStage } from '../library/index.ts';
import { stageOf, totalOf } from '../library/plan.ts';
import type { Table, TableRow } from '../registry/table/table.ts';
import type { EngineKind } from '../runtime/engine/engine.ts';
import { lookText } from '../runtime/look/look-text.ts';
import type { OpenData } from '../runtime/open-data.ts';
import { roughly } from '../runtime/plan/estimate.ts';
import { planRecipe } from '../runtime/plan/plan.ts';
import { type PlanReport, plannedMachines, reportPlan } from '../runtime/plan/report.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { type MadeOn, machineNotes } from '../runtime/store/machines.ts';
import { profileText } from '../runtime/table/what-ran.ts';
import { type MachineOptions, machineOptions } from './machine-options.ts';
import { paint } from './paint.ts';
import { reckonedText, workLines } from './plan-text.ts';
import { progressReporter } from './progress.ts';
import { table as textTable } from './table.ts';

export interface TablePlanWork extends MachineOptions {
  engine: 'auto' | EngineKind;
  /** A file of the same size is taken to be the same. */
  trustSizes: boolean;
  workspace: string;
  root: string;
  signal: AbortSignal;
  opened: Map<string, OpenData>;
  /** Keys of stages that an earlier row, or an earlier table, will have made. */
  planned: Set<string>;
  /** The rows that were asked for. */
  wanted: ReadonlySet<TableRow>;
}

/** What a table would run. */
export interface TablePlan {
  table: Table;
  rows: { row: string; runs: number; stages: number; own: readonly PlannedStage[] }[];
  /** Of all rows, each once. */
  left: readonly PlannedStage[];
  looks: readonly string[];
  reckonedFor: PlanReport['reckonedFor'];
  made: readonly MadeOn[];
  /** What would stop a run of it. */
  problems: readonly string[];
}

/** What a table would run, row by row; a stage that several rows share counts for the first of them. Creates nothing. */
export async function tablePlan(table: Table, work: TablePlanWork): Promise<TablePlan> {
  const { engine, trustSizes, workspace, root, signal, opened, planned, wanted } = work;
  const rows: TablePlan['rows'] = [];
  const left: PlannedStage[] = [];
  const made: MadeOn[] = [];
  const notes = new Set<string>();
  let reckonedFor: PlanReport['reckonedFor'] = null;
  // Rows of one source share one look.
  const looks = new Set<string>();
  for (const row of table.rows) {
    if (row.baseline !== null || !wanted.has(row)) continue;
    const own: PlannedStage[] = [];
    let all = 0;
    for (const { message } of row.blocking) notes.add(message);
    for (const { recipe: resolve } of row.runs) {
      const recipe = resolve();
      const report = await reportPlan({
        recipe,
        tree: null,
        registry: row.registry,
        plan: planRecipe(recipe, row.registry),
        storeRoot: root,
        workspace,
        findRun,
        engine,
        ...machineOptions(work),
        trustSizes,
        emit: progressReporter({ quiet: true }),
        signal,
        opened,
      });
      reckonedFor ??= report.reckonedFor;
      if (report.looked !== null) looks.add(lookText(report.looked));
      for (const { message } of report.problems) notes.add(message);
      for (const { what, machine } of plannedMachines(report.stages))
        made.push({ what: `${what} of row ${row.name}`, machine });
      all += report.stages.length;
      for (const stage of report.stages.map(stageOf)) {
        if (stage.state === 'cached' || planned.has(stage.key)) continue;
        planned.add(stage.key);
        own.push(stage);
      }
    }
    left.push(...own);
    rows.push({ row: row.name, runs: row.runs.length, stages: all, own });
  }
  return { table, rows, left, looks: [...looks], reckonedFor, made, problems: [...notes] };
}

export function tablePlanText({ table, rows, left, looks, reckonedFor, made, problems }: TablePlan): string {
  const lines: string[][] = [['row', 'runs', 'stages to run', 'time', 'disk']];
  const long = new Set<string>();
  for (const { row, runs, stages, own } of rows) {
    for (const line of workLines(own)) long.add(`${row}, ${line}`);
    const { stages: count, seconds, bytes } = totalOf(own);
    const unknown = unknownIn(own);
    const about = (text: string) =>
      count === 0 ? '' : unknown === count ? '?' : `${unknown > 0 ? 'at least' : '~'} ${text}`;
    lines.push([row, String(runs), `${count} of ${stages}`, about(roughly(seconds)), about(formatBytes(bytes))]);
  }
  const { stages: count, seconds, bytes } = totalOf(left);
  const least = unknownIn(left) > 0 ? 'at least' : 'about';
  return [
    paint.bold(`${table.name}, ${profileText(table.profile)}`),
    textTable(lines, { right: [1, 3, 4] }),
    ...looks,
    count === 0
      ? 'Nothing to do: every stage is cached.'
      : `${count} stages to run: ${least} ${roughly(seconds)} and ${formatBytes(bytes)} on disk, an estimate. A stage that rows share counts for the first of them.`,
    ...long,
    ...(reckonedFor === null ? [] : [reckonedText(reckonedFor)]),
    ...machineNotes(made),
    ...problems.map((note) => `${paint.yellow('a run would stop')}: ${note}`),
  ].join('\n');
}

export const tablePlanFacts = ({ table, rows, left, reckonedFor, problems }: TablePlan): object => ({
  table: table.name,
  profile: table.profile,
  rows: rows.map(({ row, runs, stages, own }) => ({ row, runs, stages, total: totalOf(own), left: own })),
  total: totalOf(left),
  reckonedFor,
  problems,
});

/** Stages of which nothing can be said until index has run. */
const unknownIn = (left: readonly PlannedStage[]): number => left.filter(({ estimate }) => estimate === null).length;
