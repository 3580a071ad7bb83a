import { IchorError } from '../../errors.ts';
import { type Job, jobGraph } from '../../runtime/jobs/graph.ts';
import { resourcesOf } from '../../runtime/jobs/resources.ts';
import { START } from '../../runtime/jobs/state.ts';
import { roughly } from '../../runtime/plan/estimate.ts';
import { formatBytes } from '../../runtime/store/disk.ts';
import { printJson } from '../json.ts';
import { paint } from '../paint.ts';
import type { RunOnOptions, SweepCommandOptions, TableCommandOptions } from '../points/command-options.ts';
import type { PointRun } from '../points/point-run.ts';
import { table } from '../table.ts';
import type { ChosenExecutor } from './chosen-executor.ts';
import { type PlannedPoints, pointPlans } from './point-plans.ts';
import { settledOptions } from './settled-options.ts';

export interface JobsPlanWork {
  name: string;
  chosen: ChosenExecutor | null;
  options: SweepCommandOptions | TableCommandOptions | RunOnOptions;
  root: string;
  workspace: string;
  signal: AbortSignal;
}

/** The jobs that `--on` would run. */
export interface JobsPlan {
  name: string;
  executor: string;
  jobs: readonly (Job & { memoryBytes: number; limitSeconds: number })[];
  /** Seconds of all jobs one after the other, and of the longest chain of them: no number of nodes makes it shorter. */
  seconds: number;
  longest: number;
  bytes: number;
  complete: boolean;
}

/** Throws IchorError `plan-without-on` (exit 2). Creates nothing. */
export async function jobsPlan(points: ReadonlyMap<string, PointRun>, work: JobsPlanWork): Promise<JobsPlan> {
  const { name, chosen, options, root, workspace, signal } = work;
  if (chosen === null)
    throw new IchorError(
      'plan-without-on',
      '--plan shows the jobs of an executor, and none was named.',
      'Name it: --on slurm; or see what one recipe would run: ichor plan RECIPE',
      2,
    );
  const { graph } = await shownGraph(points, { ranges: chosen.params.ranges, options, root, workspace, signal });
  const chains = new Map<string, number>();
  for (const { name: job, needs, estimate } of graph)
    chains.set(job, estimate.seconds + Math.max(0, ...needs.map((need) => chains.get(need) ?? 0)));
  const jobs = graph.map((job) => {
    const { memoryBytes, seconds } = resourcesOf(job.estimate, chosen.params, START);
    return { ...job, memoryBytes, limitSeconds: seconds };
  });
  return {
    name,
    executor: chosen.executor.name,
    jobs,
    seconds: jobs.reduce((sum, { estimate }) => sum + estimate.seconds, 0),
    longest: Math.max(0, ...chains.values()),
    bytes: jobs.reduce((sum, { estimate }) => sum + estimate.bytes, 0),
    complete: jobs.every(({ estimate }) => estimate.complete),
  };
}

/** The jobs that are left of some points, for a command that only shows them. Creates nothing. */
export async function shownGraph(
  points: ReadonlyMap<string, PointRun>,
  { ranges, options, root, workspace, signal }: Omit<JobsPlanWork, 'name' | 'chosen'> & { ranges: number },
): Promise<{ graph: Job[]; engine: PlannedPoints['engine'] }> {
  const settings = settledOptions({ kind: 'run', files: [''], options: options as RunOnOptions });
  const { plans, engine } = await pointPlans(points, {
    ...settings,
    workspace,
    root,
    signal,
    ranges,
    shown: true,
  });
  return { graph: jobGraph(plans), engine };
}

export function jobsText({ name, executor, jobs, seconds, longest, bytes, complete }: JobsPlan): string {
  const title = paint.bold(`${name}  ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'} on ${executor}`);
  if (jobs.length === 0) return `${title}\nNothing to do: everything is in the store.`;
  const lines = jobs.map(({ name: job, needs, estimate, memoryBytes, limitSeconds }) => [
    job,
    needs.join(', '),
    `${estimate.complete ? '~' : 'at least'} ${roughly(estimate.seconds)}`,
    roughly(limitSeconds),
    formatBytes(memoryBytes),
    formatBytes(estimate.bytes),
  ]);
  const least = complete ? 'about' : 'at least';
  return [
    title,
    table([['job', 'needs', 'time', 'time limit', 'memory', 'disk'], ...lines], { right: [2, 3, 4, 5] }),
    `${least} ${roughly(seconds)} in all, ${least} ${roughly(longest)} with a node for each job, and ${formatBytes(bytes)} on disk: an estimate.`,
  ].join('\n');
}

export const jobsFacts = ({ executor, jobs, seconds, longest, bytes, complete }: JobsPlan): object => ({
  executor,
  jobs: jobs.map(({ name, point, until, needs, makes, estimate, memoryBytes, limitSeconds }) => ({
    job: name,
    point,
    until,
    needs,
    makes,
    estimate,
    memoryBytes,
    limitSeconds,
  })),
  total: { seconds, longest, bytes, complete },
});

/** The whole answer of `--plan` of a sweep or a run. */
export async function printJobsPlan(points: ReadonlyMap<string, PointRun>, work: JobsPlanWork): Promise<number> {
  const plan = await jobsPlan(points, work);
  if (work.options.json) return printJson({ store: work.root, jobs: jobsFacts(plan) });
  process.stdout.write(`${jobsText(plan)}\n`);
  return 0;
}
