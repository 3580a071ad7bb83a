import { userInfo } from 'node:os';
import type { ExecutorContext, ExecutorListed } from '../../../src/index.ts';
import { call } from './call.ts';
import { firstOf } from './name.ts';
import { refusal } from './refusal.ts';

/** Has ended, and is being cleaned up. */
const OVER =
  /^(COMPLETING|COMPLETED|CANCELLED|FAILED|TIMEOUT|OUT_OF_MEMORY|NODE_FAIL|PREEMPTED|DEADLINE|BOOT_FAIL|REVOKED)$/;

/** One call, whatever the number of jobs: a line for each element of an array. */
export async function poll({ label, signal }: ExecutorContext): Promise<readonly ExecutorListed[]> {
  const words = ['--noheader', '--array', `--user=${userInfo().uid}`, '--format=%F|%K|%T|%r|%j'];
  const answer = await call('squeue', words, { signal });
  if (typeof answer !== 'string') throw refusal('Slurm does not say what is under way', answer.refused);
  return answer.split('\n').flatMap((line): ExecutorListed[] => {
    const [array = '', task = '', state = '', why = '', name = ''] = line.trim().split('|');
    const first = firstOf(name, label);
    if (first === null || OVER.test(state)) return [];
    const listed = {
      id: `${array}_${task}`,
      state: state === 'RUNNING' ? ('running' as const) : ('waiting' as const),
      why: why === 'None' || why === '' ? null : why,
    };
    return [{ place: first + Number(task), ...listed }];
  });
}
