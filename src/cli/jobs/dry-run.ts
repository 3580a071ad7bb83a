import { IchorError } from '../../errors.ts';
import type { ExecutorJob } from '../../registry/kinds/executor.ts';
import { jobsFolder, labelOf } from '../../runtime/jobs/folder.ts';
import { resourcesOf } from '../../runtime/jobs/resources.ts';
import { START } from '../../runtime/jobs/state.ts';
import { warn } from '../end.ts';
import { printJson } from '../json.ts';
import type { PointRun } from '../points/point-run.ts';
import { jobCpus, jobWords } from './job-call.ts';
import { type JobsPlanWork, shownGraph } from './plan-text.ts';

/** The word that asks for it, which the driver's own call does not have. */
const ASKED = '--dry-run';

/**
 * The whole answer of `--dry-run`: what the executor would be given first, in its own words. Submits nothing and writes nothing.
 * Throws IchorError `dry-run-without-on` (exit 2), `no-dry-run` (exit 2), and what the executor throws.
 */
export async function printDryRun(points: ReadonlyMap<string, PointRun>, work: JobsPlanWork): Promise<number> {
  const { name, chosen, options, root, signal } = work;
  if (chosen === null)
    throw new IchorError(
      'dry-run-without-on',
      '--dry-run shows what an executor would be given, and none was named.',
      'Name it: --on kubernetes; or see what would run: ichor plan RECIPE, ichor table TABLE --plan',
      2,
    );
  const { executor, params } = chosen;
  if (executor.preview === undefined)
    throw new IchorError(
      'no-dry-run',
      `The executor ${executor.name} has nothing to show of what it would be given.`,
      '--plan shows the jobs, what each needs and takes.',
      2,
    );
  const { graph, engine } = await shownGraph(points, { ...work, ranges: params.ranges });
  const places = new Map(graph.map((job, place) => [job.name, place]));
  const cpus = jobCpus(engine, options, params);
  const jobs = graph.map(({ name: job, needs, estimate }, place): ExecutorJob => {
    const after = needs.map((need) => places.get(need) as number);
    return { place, name: job, after, cpus, ...resourcesOf(estimate, params, START) };
  });
  const folder = jobsFolder(root, name);
  const context = {
    name,
    driver: process.argv.slice(2).filter((word) => word !== ASKED),
    folder,
    label: labelOf({ token: 'dry-run' }),
    command: jobWords(folder),
    workspace: process.cwd(),
    ids: new Map<number, string>(),
    jobs: options.jobs ?? null,
    signal,
    warn,
  };
  // Where the executor waits for none, it is given those that need nothing.
  const first = executor.contract(params).dependencies ? jobs : jobs.filter(({ after }) => after.length === 0);
  const text = await executor.preview(first, context, params);
  if (options.json) return printJson({ store: root, executor: executor.name, text });
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return 0;
}
