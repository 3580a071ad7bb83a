import { userInfo } from 'node:os';
import type { ExecutorContext, ExecutorListed } from '../../../src/index.ts';
import { call } from './call.ts';
import { neverBegan } from './held.ts';
import { firstOf } from './name.ts';
import { refusal } from './refusal.ts';

/** Has ended, and is being cleaned up. */
const OVER =
  /^(COMPLETING|COMPLETED|CANCELLED|FAILED|TIMEOUT|OUT_OF_MEMORY|NODE_FAIL|PREEMPTED|DEADLINE|BOOT_FAIL|REVOKED)$/;

/** What a person can do about it, where it will not pass by itself. https://slurm.schedmd.com/job_reason_codes.html */
const FOR_GOOD: readonly (readonly [RegExp, string])[] = [
  [
    /^(PartitionConfig|PartitionNodeLimit|BadConstraints)$/,
    'no node of the partition is like that (cpusPerTask, memoryGb, constraint): sinfo -o "%P %c %m %f"',
  ],
  [/^PartitionTimeLimit$/, 'minutes are more than the partition allows: sinfo -o "%P %l"'],
  [/^(Assoc|QOS)/, 'a limit of your account; it waits until some of your jobs have ended'],
  [/^JobHeldUser$/, 'you hold it: scontrol release gives it back'],
  [/^JobHeldAdmin$/, 'someone who runs the cluster holds it: ask them'],
  [/^DependencyNeverSatisfied$/, 'what it waits for was cancelled: end this command, and call it again'],
];

const inWords = (why: string): string => {
  const found = FOR_GOOD.find(([form]) => form.test(why))?.[1];
  return found === undefined ? why : `${why}: ${found}`;
};

/** One call, whatever the number of jobs: a line for each element of an array. */
export async function poll({ label, signal }: ExecutorContext): Promise<readonly ExecutorListed[]> {
  const words = ['--noheader', '--array', `--user=${userInfo().uid}`, '--format=%F|%K|%T|%r|%j'];
  const answer = await call('squeue', words, { signal });
  if (typeof answer !== 'string') throw refusal('Slurm does not say what is under way', answer.refused);
  return answer.split('\n').flatMap((line): ExecutorListed[] => {
    const [array = '', task = '', state = '', why = '', name = ''] = line.trim().split('|');
    const first = firstOf(name, label);
    if (first === null || OVER.test(state) || neverBegan(why)) return [];
    const listed = {
      id: `${array}_${task}`,
      state: state === 'RUNNING' ? ('running' as const) : ('waiting' as const),
      why: why === 'None' || why === '' ? null : inWords(why),
    };
    return [{ place: first + Number(task), ...listed }];
  });
}
