import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { realpath } from '../../files/fs.ts';
import type { Plain } from '../../registry/values/value.ts';
import { Driver } from '../../runtime/jobs/driver.ts';
import { beginJobs, type JobsFile, jobsFolder, labelOf, leftBehind, placed } from '../../runtime/jobs/folder.ts';
import { jobGraph } from '../../runtime/jobs/graph.ts';
import { anew, START } from '../../runtime/jobs/state.ts';
import { recipeHash } from '../../runtime/runs/recipe-hash.ts';
import { readRun } from '../../runtime/runs/run-folder.ts';
import { brokenText, takeLock, waitingText } from '../../runtime/store/lock.ts';
import { Store } from '../../runtime/store/store.ts';
import { ownVersion } from '../../version.ts';
import { asCalled } from '../called.ts';
import { warn } from '../end.ts';
import { paint } from '../paint.ts';
import type { PointsOf } from '../points/messages.ts';
import type { PointRun } from '../points/point-run.ts';
import type { PointRunner } from '../points/point-runner.ts';
import { runnerHere } from '../points/runner-here.ts';
import type { ChosenExecutor } from './chosen-executor.ts';
import { computeAsJobs, jobCpus, jobThreads, jobWords } from './job-call.ts';
import { jobLines } from './job-lines.ts';
import { pointPlans } from './point-plans.ts';
import { settledOptions } from './settled-options.ts';

export interface JobsRunnerOptions {
  /** `sweep-sizes.smoke` */
  name: string;
  of: PointsOf;
  points: ReadonlyMap<string, PointRun>;
  /** Names of those that this call is to run; all where absent. */
  wanted?: ReadonlySet<string>;
  chosen: ChosenExecutor;
  root: string;
  workspace: string;
  /** How many at once, where the executor does not queue. */
  jobs: number | null;
  quiet: boolean;
  signal: AbortSignal;
}

/**
 * Runs points as jobs of an executor: what they share once, each as soon as what it needs is there. What is left to do is decided
 * by whoever calls `run`; a point of which nothing is left is recalled here. Jobs of an earlier call that are under way are taken for its own.
 */
export async function jobsRunner(options: JobsRunnerOptions): Promise<PointRunner> {
  const { name, of, points, chosen, workspace, signal, quiet } = options;
  await new Store(options.root).prepare();
  // Other machines find it under the name that leads to it without links of this one.
  const root = await realpath(options.root);
  const folder = jobsFolder(root, name);
  const say = (text: string) => {
    if (!quiet) process.stderr.write(`${text}\n`);
  };
  const lock = await takeLock(join(root, 'locks', `jobs-${name}`), {
    signal,
    waiting: (lock) => say(`  its jobs are looked after already ${waitingText(lock)}`),
    broken: (lock) => process.stderr.write(`  ${paint.yellow('warning')} ${brokenText(lock)}\n`),
  });
  try {
    const wanted = new Map([...points].filter(([key]) => options.wanted?.has(key) !== false));
    const settings = settledOptions(of);
    const { executor, params } = chosen;
    computeAsJobs(params);
    const threads = jobThreads(settings, params);
    const { plans, engine, machine } = await pointPlans(wanted, {
      ...settings,
      ...(settings.exact ? { threads } : {}),
      workspace,
      root,
      signal,
      ranges: params.ranges,
      shown: false,
    });
    const hashes = new Map([...wanted].map(([key, point]) => [key, recipeHash(point.recipe())]));
    const left = await leftBehind(folder);
    const graph = jobGraph(plans);
    const jobs = placed(graph, (key) => hashes.get(key) as string, left?.jobs.jobs);
    const here = recaller(points, options, root);
    if (jobs.length === 0) return { run: here, close: () => lock.release() };
    const inGraph = new Set(graph.map(({ name: own }) => own));
    const states = jobs.map((job, place) => {
      const state = anew(left?.states[place] ?? START);
      // Done since, or no longer part of it.
      return inGraph.has(job.name) ? (state.phase === 'done' ? START : state) : { ...state, phase: 'done' as const };
    });
    const file: JobsFile = {
      format: 1,
      name,
      token: left?.jobs.token ?? randomUUID().slice(0, 13),
      executor: executor.name,
      params: params as Readonly<Record<string, Plain>>,
      of,
      cwd: process.cwd(),
      store: root,
      version: await ownVersion(),
      node: process.versions.node,
      engine,
      isa: (engine?.kind === 'native' ? params.cpuBaseline : null) ?? (settings.exact ? (machine?.isa ?? null) : null),
      // Another engine than the native one computes on one.
      threads: engine?.kind === 'native' ? threads : null,
      jobs,
    };
    await beginJobs(folder, file, left !== null);
    const driver: Driver = new Driver({
      folder,
      jobs,
      states,
      executor,
      params,
      cpus: jobCpus(engine, settings, params),
      store: new Store(root),
      context: {
        folder,
        label: labelOf(file),
        command: jobWords(folder),
        workspace: process.cwd(),
        jobs: options.jobs,
        signal,
        warn,
      },
      tell: jobLines({ jobs, executor: executor.name, quiet, states: () => driver.states }),
    });
    await driver.begin();
    const work = driver.run();
    // Whoever waits for a point hears of it.
    work.catch(() => {});
    const places = new Map(jobs.flatMap((job, place) => (job.until === null ? [[job.point, place] as const] : [])));
    return {
      async run(key, task) {
        const place = places.get(key);
        if (place === undefined || !inGraph.has(jobs[place]?.name ?? '')) return here(key, task);
        const { phase, error, run } = await driver.ended(place);
        if (phase === 'done') {
          if (run === null) return here(key, task);
          const notices = (await readRun(join(root, 'runs', run)))?.notices ?? [];
          task.emit({ type: 'notices', run, failed: false, notices });
          return run;
        }
        throw new IchorError(error?.code ?? 'job-lost', error?.message ?? 'It failed.', error?.hint ?? undefined);
      },
      async close() {
        // Where one point was enough to stop it, the others end as the executor has them.
        await work.catch(() => {});
        if (signal.aborted && executor.contract(params).survives) say(asCalled(goesOn(name)));
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const goesOn = (name: string): string =>
  `Its jobs go on: the same command looks after them again, \`ichor jobs list\` shows them, and \`ichor jobs cancel ${name}\` ends them.`;

/** One after the other, in this process: what is there is only found, and its run recorded. */
function recaller(
  points: ReadonlyMap<string, PointRun>,
  { of, workspace, signal }: JobsRunnerOptions,
  root: string,
): PointRunner['run'] {
  const runner = runnerHere(points, { ...settledOptions(of), storeRoot: root, workspace, signal });
  let last: Promise<unknown> = Promise.resolve();
  return (key, task) => {
    const next = last.then(() => runner.run(key, task));
    last = next.catch(() => {});
    return next;
  };
}
