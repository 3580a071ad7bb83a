import type { ExecutorContext } from '../../../src/index.ts';
import { call } from './call.ts';
import { refusal } from './refusal.ts';

/** So many at once: a line has its length. */
const MOST = 1000;

export async function cancel(ids: readonly string[], { signal }: ExecutorContext): Promise<void> {
  for (let at = 0; at < ids.length; at += MOST) {
    const answer = await call('scancel', ['--quiet', ...ids.slice(at, at + MOST)], { signal });
    // Those that have ended are no reason to stop.
    if (typeof answer !== 'string' && !/invalid job id|already/i.test(answer.refused))
      throw refusal('Slurm does not cancel the jobs', answer.refused);
  }
}
