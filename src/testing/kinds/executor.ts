import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mkdir, rm } from '../../files/fs.ts';
import { temporaryFolder } from '../../files/temporary.ts';
import type { ExecutorContext, ExecutorJob } from '../../registry/kinds/executor.ts';
import type { Report } from '../findings.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { shown } from '../words.ts';

/** A job that was cancelled is no longer listed after so long, ms. */
const PATIENCE = 5000;
/** What the jobs run: nothing, for a minute. */
const WAITS = 'setTimeout(() => {}, 60_000)';

/**
 * Submits two jobs that do nothing, lists and cancels them: where its program or its server is not there, what it says of that.
 * On a machine that has them, two jobs of a minute go through its queue.
 */
export async function checkExecutor({ component, findings, base, boundaries }: Subject<'executor'>): Promise<void> {
  await findings.check('contract', (problem) => {
    for (const at of [base, ...boundaries]) {
      const contract: unknown = component.contract(paramsOf(at));
      const said = (contract ?? {}) as Record<string, unknown>;
      if (['dependencies', 'queues', 'survives'].every((field) => typeof said[field] === 'boolean')) continue;
      problem(
        `its contract is ${shown(contract)} with ${at.words}; say whether it has dependencies, queues, and survives.`,
      );
      return;
    }
  });
  const params = paramsOf(base);
  const root = await temporaryFolder('ichor-executor-');
  const folder = join(root, 'jobs', 'test');
  const ids = new Map<number, string>();
  const context: ExecutorContext = {
    folder,
    label: `ichor-test-${process.pid}`,
    command: [process.execPath, '-e', WAITS],
    workspace: root,
    ids,
    jobs: 2,
    signal: AbortSignal.timeout(60_000),
    warn() {},
  };
  const job = (place: number): ExecutorJob => ({
    place,
    name: `job ${place}`,
    after: [],
    cpus: 1,
    memoryBytes: 1e8,
    seconds: 1800,
  });
  try {
    await mkdir(folder, { recursive: true });
    await findings.check('poll: nothing was submitted', async (problem) => {
      const listed = await settled(component.poll(context, params), 'poll', problem);
      if (listed !== null && (!Array.isArray(listed) || listed.length > 0))
        problem(`poll gives ${shown(listed)} before anything was submitted, and must give an empty list.`);
    });
    let given: readonly string[] | null = null;
    await findings.check('submit', async (problem) => {
      const answer = await settled(component.submit([job(0), job(1)], context, params), 'submit', problem);
      if (answer === null) return;
      if (!Array.isArray(answer) || answer.length !== 2 || new Set(answer).size !== 2 || !answer.every(isName))
        problem(`submit gives ${shown(answer)} for two jobs, and must give what each is called, in their order.`);
      else given = answer;
    });
    const called = given as readonly string[] | null;
    if (called === null) return;
    for (const [place, id] of called.entries()) ids.set(place, id);
    await findings.check('poll', async (problem) => {
      const listed = await settled(component.poll(context, params), 'poll', problem);
      for (const { place, id, state } of listed ?? [])
        if (ids.get(place) !== id || !['waiting', 'running'].includes(state))
          problem(
            `poll lists ${shown({ place, id, state })}; submit called the job of place ${place} ${ids.get(place)}.`,
          );
      if (listed !== null && listed.length !== 2)
        problem(`poll lists ${listed.length} of the two jobs that wait or run.`);
    });
    await findings.check('cancel', async (problem) => {
      await settled(component.cancel([...called], context, params), 'cancel', problem);
      const until = performance.now() + PATIENCE;
      for (;;) {
        const listed = await settled(component.poll(context, params), 'poll', problem);
        if (listed === null || listed.length === 0) break;
        if (performance.now() > until) {
          problem(`it lists ${listed.length} jobs ${PATIENCE / 1000} s after they were cancelled.`);
          break;
        }
        await sleep(100);
      }
      // What has ended may be cancelled once more: a driver does not know that yet.
      await settled(component.cancel([...called], context, params), 'cancel', problem);
    });
    await findings.check('collect', async (problem) => {
      const ends = await settled(component.collect([...called], context, params), 'collect', problem);
      if (ends !== null && !(ends instanceof Map))
        problem(`collect gives ${shown(ends)}, and must give a Map by what submit called a job.`);
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const isName = (id: unknown): boolean => typeof id === 'string' && id !== '';

/** What a call resolves with; null where it rejects, as it may where what it needs is not there: with an Error. */
async function settled<T>(answer: Promise<T>, what: string, problem: Report): Promise<T | null> {
  if (typeof (answer as PromiseLike<unknown> | null)?.then !== 'function') {
    problem(`${what} gives ${shown(answer)}, and must give a promise.`);
    return null;
  }
  try {
    return (await answer) ?? null;
  } catch (error) {
    if (!(error instanceof Error))
      problem(`${what} rejects with ${shown(error)}, which is no Error; throw an IchorError that says what to do.`);
    return null;
  }
}
