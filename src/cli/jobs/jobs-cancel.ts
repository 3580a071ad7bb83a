import { IchorError } from '../../errors.ts';
import type { ExecutorParams } from '../../registry/executor/config.ts';
import { findWorkspace } from '../../registry/resolve/workspace.ts';
import { labelOf, markCancelled, writeDriver } from '../../runtime/jobs/folder.ts';
import { interruptible } from '../interrupt.ts';
import { printJson } from '../json.ts';
import { storeRoot } from '../paths.ts';
import type { PointsOf } from '../points/messages.ts';
import { pointsOf } from '../points/points-of.ts';
import { openRegistry } from '../registry.ts';
import { isUnderWay, type SeenJobs, seenJobs, untilOver } from './under-way.ts';

/** A driver looks at its jobs every `pollSeconds`; it may do so for so long more. */
const PATIENCE_MS = 10_000;

/** `ichor jobs cancel [NAME]`: 0 what was under way is ended, 2 there is no such name. */
export async function cancelCommand(
  name: string | undefined,
  { store, json }: { store?: string; json?: boolean },
): Promise<number> {
  const root = storeRoot(store, findWorkspace(process.cwd()));
  const signal = interruptible();
  const found = await seenJobs(root);
  const wanted = found.filter(({ file }) => name === undefined || file.name === name);
  if (wanted.length === 0 && name !== undefined) throw noSuchJobs(name, found);
  const cancelled: { name: string; jobs: number }[] = [];
  for (const jobs of wanted) {
    const under = jobs.jobs.filter((job) => isUnderWay(job) || job.state === 'waiting');
    // What only waits, with nobody who would submit it, is under way nowhere.
    if (!jobs.jobs.some(isUnderWay) && (under.length === 0 || jobs.driven === false)) continue;
    await markCancelled(jobs.folder);
    await cancelAll(jobs, signal);
    cancelled.push({ name: jobs.file.name, jobs: under.length });
  }
  if (json) return printJson({ store: root, cancelled });
  const lines = cancelled.map(({ name: one, jobs }) => `${one}: ${jobs} ${jobs === 1 ? 'job' : 'jobs'} cancelled`);
  process.stdout.write(`${lines.length === 0 ? 'Nothing is under way.' : lines.join('\n')}\n`);
  return 0;
}

/** What the executor lists of them is ended, by whoever is asked first: this command, or the driver, which sees the mark. */
async function cancelAll({ folder, file, driver, driven }: SeenJobs, signal: AbortSignal): Promise<void> {
  const points = [...(await pointsOf(file.of as PointsOf)).values()];
  const executor = (points[0]?.registry ?? openRegistry()).get('executor', file.executor);
  if (executor === undefined)
    throw new IchorError(
      'executor-unknown',
      `There is no executor named ${file.executor}.`,
      'One of a plugin is named by the recipe’s plugins.',
      2,
    );
  const params = file.params as unknown as ExecutorParams;
  const context = {
    folder,
    label: labelOf(file),
    command: [],
    workspace: file.cwd,
    ids: new Map<number, string>(),
    jobs: null,
    signal,
    warn() {},
  };
  const listed = await executor.poll(context, params);
  if (listed.length > 0)
    await executor.cancel(
      listed.map(({ id }) => id),
      context,
      params,
    );
  if (driven !== false && (await untilOver(folder, params.pollSeconds * 1000 + PATIENCE_MS))) return;
  // Nobody else says so: then it stands where the next driver looks.
  if (driver === null) return;
  const error = { code: 'job-cancelled', message: 'It was cancelled.', hint: 'The same command submits it again.' };
  const states = driver.states.map((state) =>
    state.phase === 'done' || state.phase === 'failed'
      ? state
      : { ...state, phase: 'failed' as const, failure: 'cancelled' as const, error },
  );
  await writeDriver(folder, { ...driver, states });
}

export const noSuchJobs = (name: string, found: readonly SeenJobs[]): IchorError =>
  new IchorError(
    'jobs-unknown',
    `No jobs are named ${name}.`,
    found.length === 0
      ? 'Nothing was run with --on in this store.'
      : `There is ${found.map(({ file }) => file.name).join(', ')}: ichor jobs list --all`,
    2,
  );
