import type { ExecutorContext, ExecutorEnd } from '../../../src/index.ts';
import { numbersIn } from '../ranges.ts';
import { call } from './call.ts';
import { cancel } from './cancel.ts';
import { neverBegan } from './held.ts';

/** So many arrays are asked for one by one. */
const MOST_ASKED = 5;

const NEVER_BEGAN = 'Slurm: its node could not begin it.';

type Ended = { end: ExecutorEnd; words: string | null };

/**
 * What the controller still knows (for MinJobAge of slurm.conf, 5 minutes), and of the others what accounting says, where there is
 * any. A whole array is asked for once.
 */
export async function collect(ids: readonly string[], context: ExecutorContext): Promise<Map<string, Ended>> {
  const found = new Map<string, Ended>();
  const arrays = new Set(ids.map((id) => id.split('_')[0] as string));
  // It shows one job (or array) or all of the cluster: of a few that are gone nobody wants to see all.
  const asked = arrays.size <= MOST_ASKED ? [...arrays].map((array) => [array]) : [[]];
  for (const which of asked) {
    const known = await call('scontrol', ['show', 'job', '--oneliner', ...which], context);
    if (typeof known !== 'string') continue;
    for (const line of known.split('\n')) {
      const field = (name: string) => new RegExp(`\\b${name}=(\\S*)`).exec(line)?.[1] ?? '';
      // Elements that never began stand together: `ArrayTaskId=3-5%4`.
      for (const task of numbersIn(field('ArrayTaskId').replace(/%\d+$/, ''))) {
        const id = `${field('ArrayJobId')}_${task}`;
        const state = field('JobState');
        if (ids.includes(id)) found.set(id, endOf(state, field('ExitCode'), field('Reason')));
      }
    }
  }
  const held = [...found].filter(([, { words }]) => words === NEVER_BEGAN).map(([id]) => id);
  // Released, it would do what the job does that is submitted in its place.
  if (held.length > 0) await cancel(held, context);
  const left = ids.filter((id) => !found.has(id));
  if (left.length === 0) return found;
  const words = [
    '--noheader',
    '--parsable2',
    '--allocations',
    '--format=JobID,State,ExitCode',
    `--jobs=${left.join(',')}`,
  ];
  // It needs slurmdbd, which many clusters have not.
  const told = await call('sacct', words, context).catch(() => ({ refused: '' }));
  if (typeof told === 'string')
    for (const line of told.split('\n')) {
      const [id = '', state = '', exit = ''] = line.split('|');
      if (left.includes(id)) found.set(id, endOf(state.split(' ')[0] as string, exit, ''));
    }
  return found;
}

/** States of https://slurm.schedmd.com/job_state_codes.html. The exit code is `status:signal`. */
export function endOf(state: string, exit: string, reason: string): Ended {
  const [status = 0, signal = 0] = exit.split(':').map(Number);
  const words = reason === '' || reason === 'None' ? null : `Slurm: ${state}, ${reason}.`;
  switch (state) {
    case 'COMPLETED':
      return { end: 'done', words: null };
    case 'OUT_OF_MEMORY':
      return { end: 'out-of-memory', words };
    case 'TIMEOUT':
    case 'DEADLINE':
      return { end: 'time-limit', words };
    case 'PREEMPTED':
      return { end: 'preempted', words };
    case 'NODE_FAIL':
    case 'BOOT_FAIL':
      return { end: 'node-failed', words };
    case 'PENDING':
      return neverBegan(reason) ? { end: 'node-failed', words: NEVER_BEGAN } : { end: 'unknown', words };
    case 'CANCELLED':
      return { end: 'cancelled', words };
    case 'COMPLETING':
      // Its node clears up, or does not answer. Why it ended is known by then, and not what of.
      if (reason === 'TimeLimit') return { end: 'time-limit', words };
      if (reason === 'OutOfMemory') return { end: 'out-of-memory', words };
      return { end: 'unknown', words };
    case 'FAILED':
      // What the system does, too, where memory runs out and no cgroup counts it.
      if (status === 137 || signal === 9) return { end: 'killed', words: 'Slurm: SIGKILL.' };
      return { end: 'failed', words: words ?? `It ended with status ${status}.` };
    default:
      return { end: 'unknown', words: words ?? (state === '' ? null : `Slurm: ${state}.`) };
  }
}
