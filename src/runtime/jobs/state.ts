import type { ExecutorEnd } from '../../registry/kinds/executor.ts';
import type { JobRecord } from './record.ts';

/** What became of a job that came to nothing, in one word for programs. */
export type JobFailure = Exclude<ExecutorEnd, 'done'> | 'input-missing' | 'need-failed';

/** Where a job stands, as the driver knows it. Plain JSON: it is what a driver leaves to the next one. */
export interface JobState {
  phase: 'waiting' | 'under-way' | 'done' | 'failed';
  /** What the executor calls it; null before the first submission. */
  id: string | null;
  submissions: number;
  /** Ends that count against `retries`: out of memory, out of time, gone without a word. */
  failures: number;
  /** Ends that are nobody's fault: preempted, a node that failed. */
  interruptions: number;
  /** Ends for want of an input that the store has. */
  missing: number;
  /** It is given so many times the memory and the time. */
  memoryTimes: number;
  timeTimes: number;
  /** Looks in a row that should have seen it and did not. */
  missed: number;
  failure: JobFailure | null;
  error: { code: string | null; message: string; hint: string | null } | null;
  /** The run that it made. */
  run: string | null;
}

export const START: JobState = {
  phase: 'waiting',
  id: null,
  submissions: 0,
  failures: 0,
  interruptions: 0,
  missing: 0,
  memoryTimes: 1,
  timeTimes: 1,
  missed: 0,
  failure: null,
  error: null,
  run: null,
};

/** What a state machine has to know of a job. */
export interface JobNode {
  name: string;
  /** Places of the jobs that make what it reads. */
  needs: readonly number[];
  /** It makes a whole point, and so a run. */
  isPoint: boolean;
}

export interface JobPolicy {
  retries: number;
  /** The executor starts a job once others have ended: all are given to it at once. */
  dependencies: boolean;
  /** The driver gives it no more at once; null: it queues them. */
  most: number | null;
  /** Looks for which what a job wrote may not be seen here yet: attribute caches of network drives. */
  unseen: number;
}

/** What was seen at one look. Nothing of it is a time: clocks of several machines are never compared. */
export interface Observed {
  /** What the executor lists, by place; null where it could not be asked. */
  listed: ReadonlyMap<number, { id: string; state: 'waiting' | 'running' }> | null;
  /** What jobs say of themselves, by place. */
  records: ReadonlyMap<number, Pick<JobRecord, 'id' | 'end' | 'error' | 'run'>>;
  /** Why jobs are gone, by what the executor calls them: the answers to `ask`. */
  ends: ReadonlyMap<string, { end: ExecutorEnd; words: string | null }>;
  /** Jobs of which all that they make is in the store. */
  made: ReadonlySet<number>;
}

export interface Step {
  states: readonly JobState[];
  /** To be submitted, in this order. */
  submit: readonly number[];
  /** Ids of jobs that are gone without a word: the executor is to be asked why, and the step taken again with its answers. */
  ask: readonly string[];
}

/** Looks that may miss a job: it was just submitted, or its last word is not seen yet. */
const MISSES = 2;
const MOST_INTERRUPTIONS = 50;

/**
 * One step of the driver: where all jobs stand now, and what is to be done. Pure. A job is done when the store has what it makes (and of a
 * point its own record that it ended); its record goes before the word of the executor. What is listed and was not known to be
 * under way, of a driver that died before it could write that down, is taken for what it is.
 */
export function step(
  jobs: readonly JobNode[],
  before: readonly JobState[],
  observed: Observed,
  policy: JobPolicy,
): Step {
  const states = [...before];
  const ask: string[] = [];
  for (const [place, state] of states.entries()) {
    const job = jobs[place] as JobNode;
    if (state.phase === 'done' || state.phase === 'failed') continue;
    const listed = observed.listed?.get(place);
    if (state.phase === 'waiting') {
      // One that it knows already has ended: it is only still listed.
      if (listed !== undefined && listed.id !== state.id)
        states[place] = { ...state, phase: 'under-way', id: listed.id, submissions: state.submissions + 1, missed: 0 };
      else if (observed.made.has(place) && !job.isPoint) states[place] = { ...state, phase: 'done' };
      if (states[place]?.phase !== 'under-way') continue;
    }
    states[place] = underWay(job, states[place] as JobState, place, observed, ask, states, policy);
  }
  for (const [place, state] of states.entries()) {
    // What an executor starts after others have ended, in whatever way, would only hold a node and wait for what never comes.
    const idles = state.phase === 'under-way' && policy.dependencies && !observed.made.has(place);
    if (state.phase !== 'waiting' && !idles) continue;
    const failed = jobs[place]?.needs.find((need) => states[need]?.phase === 'failed');
    if (failed === undefined) continue;
    const why = states[failed] as JobState;
    const { name } = jobs[failed] as JobNode;
    const { code = null, message = 'it failed', hint = null } = why.error ?? {};
    states[place] = failedWith(state, 'need-failed', {
      code,
      message: `${name}, which it needs, failed: ${message}`,
      hint,
    });
  }
  // What cannot be asked may hold jobs that nobody wrote down.
  return { states, submit: observed.listed === null ? [] : ready(jobs, states, policy), ask };
}

/**
 * Ids of jobs that an executor still has with nothing left to do. Those that wait in a queue with their work in the store: a node failed under
 * them, and the scheduler put them back; where it starts others after them (`afterany`) those would wait as well. And those whose need has failed.
 */
export function idle(states: readonly JobState[], listed: NonNullable<Observed['listed']>): string[] {
  return [...listed].flatMap(([place, { id, state }]) =>
    states[place]?.id === id && isIdle(states[place], state) ? [id] : [],
  );
}

const isIdle = ({ phase, failure }: JobState, listed: 'waiting' | 'running'): boolean =>
  failure === 'need-failed' || (phase === 'done' && listed === 'waiting');

function underWay(
  job: JobNode,
  state: JobState,
  place: number,
  { listed, records, ends, made }: Observed,
  ask: string[],
  all: readonly JobState[],
  policy: JobPolicy,
): JobState {
  const found = records.get(place);
  const record = found?.id === state.id ? found : undefined;
  const here = listed?.get(place);
  const gone = listed !== null && here === undefined;
  const missed = gone ? state.missed + 1 : here === undefined ? state.missed : 0;
  const now = { ...state, missed };
  switch (record?.end) {
    case 'done':
      if (made.has(place)) return { ...now, phase: 'done', run: record.run, missed: 0 };
      // Its word was seen before what it made: wait for that, and then make it again.
      return missed <= policy.unseen
        ? now
        : retried(now, 'unknown', `It ended, and what it made is not in the store.`, policy);
    case 'failed': {
      const { code = null, message = 'It failed.', hint = null } = record.error ?? {};
      return failedWith(now, 'failed', { code, message, hint });
    }
    case 'input-missing': {
      const needed = job.needs.every((need) => all[need]?.phase === 'done');
      if (!needed) return again(now);
      if (state.missing >= policy.retries + 1)
        return failedWith(now, 'input-missing', {
          code: 'job-input-missing',
          message: record.error?.message ?? 'What it reads was not found in the store.',
          hint: record.error?.hint ?? null,
        });
      return again({ ...now, missing: state.missing + 1 });
    }
    default:
  }
  // A part of a point is done once it is there, whoever made it; of a whole one the run is recalled where its job was killed after its last stage.
  if (made.has(place) && (!job.isPoint || (gone && missed > MISSES))) return { ...now, phase: 'done', missed: 0 };
  if (!gone || missed <= MISSES) return now;
  const end = ends.get(state.id as string);
  if (end === undefined) {
    ask.push(state.id as string);
    return now;
  }
  // It has, or may have, a word of its own, which goes first: it may only not be seen yet.
  const isVague = ['done', 'failed', 'unknown'].includes(end.end);
  if (isVague && missed <= policy.unseen) return now;
  // One that put its work away and was not put back into the queue.
  if (isVague && record?.end === 'preempted') return retried(now, 'preempted', null, policy);
  return retried(now, end.end, end.words, policy);
}

/** What happens to a job that the executor no longer has, by why. */
function retried(state: JobState, end: ExecutorEnd, words: string | null, { retries }: JobPolicy): JobState {
  const said = words === null ? '' : ` ${words}`;
  const counted = { ...state, failures: state.failures + 1 };
  const times = state.failures === 0 ? '' : `, ${state.failures + 1} times`;
  switch (end) {
    case 'out-of-memory':
      if (counted.failures <= retries) return again({ ...counted, memoryTimes: state.memoryTimes * 2 });
      return failedWith(state, end, {
        code: 'job-out-of-memory',
        message: `It ran out of memory${times}.${said}`,
        hint: 'Give it more: memoryGb or memoryFactor of the file of --on-config.',
      });
    case 'killed':
      if (counted.failures <= retries) return again({ ...counted, memoryTimes: state.memoryTimes * 2 });
      return failedWith(state, end, {
        code: 'job-killed',
        message: `Its process was killed${times}, and nobody says why: for want of memory, perhaps.${said}`,
        hint: 'Compare what it took (peakBytes of its PLACE.json) with what it was given; more is memoryGb or memoryFactor of the file of --on-config.',
      });
    case 'time-limit':
      if (counted.failures <= retries) return again({ ...counted, timeTimes: state.timeTimes * 2 });
      return failedWith(state, end, {
        code: 'job-time-limit',
        message: `It ran into its time limit${times}.${said}`,
        hint: 'Give it more: minutes or timeFactor of the file of --on-config. It goes on from its last checkpoint.',
      });
    case 'preempted':
    case 'node-failed': {
      const interruptions = state.interruptions + 1;
      if (interruptions <= MOST_INTERRUPTIONS) return again({ ...state, interruptions });
      return failedWith(state, end, {
        code: 'job-interrupted',
        message: `It was preempted, or its node failed, ${interruptions} times.${said}`,
        hint: 'The same command goes on from its last checkpoint.',
      });
    }
    case 'cancelled':
      return failedWith(state, end, {
        code: 'job-cancelled',
        message: `It was cancelled.${said}`,
        hint: 'The same command submits it again.',
      });
    case 'failed':
      return failedWith(state, end, {
        code: 'job-failed',
        message: `Its process ended before it could say why.${said}`,
        hint: 'Look at what it printed: ichor jobs logs NAME',
      });
    default:
      if (counted.failures <= retries) return again(counted);
      return failedWith(state, 'unknown', {
        code: 'job-lost',
        message: `It was gone without a word${times}.${said}`,
        hint: 'Look at what it printed: ichor jobs logs NAME',
      });
  }
}

/** To be submitted once more: what it made so far is kept. */
const again = (state: JobState): JobState => ({ ...state, phase: 'waiting', missed: 0 });

const failedWith = (state: JobState, failure: JobFailure, error: JobState['error']): JobState => ({
  ...state,
  phase: 'failed',
  failure,
  error,
});

/** In their order, so that what others need goes first. */
function ready(jobs: readonly JobNode[], states: readonly JobState[], { dependencies, most }: JobPolicy): number[] {
  const submit = new Set<number>();
  let room =
    most === null ? Number.POSITIVE_INFINITY : most - states.filter(({ phase }) => phase === 'under-way').length;
  for (const [place, { phase }] of states.entries()) {
    if (phase !== 'waiting' || room <= 0) continue;
    const fits = jobs[place]?.needs.every((need) => {
      const { phase: of } = states[need] as JobState;
      return of === 'done' || (dependencies && (of === 'under-way' || submit.has(need)));
    });
    if (!fits) continue;
    submit.add(place);
    room--;
  }
  return [...submit];
}

/** A job that the executor has taken. */
export const submitted = (state: JobState, id: string): JobState => ({
  ...state,
  phase: 'under-way',
  id,
  submissions: state.submissions + 1,
  missed: 0,
});

/** As the next call of the command finds it: what failed is tried again, with all its tries. What is under way stays so. */
export const anew = (state: JobState): JobState => (state.phase === 'failed' ? { ...START, id: state.id } : state);

export const isOver = (states: readonly JobState[]): boolean =>
  states.every(({ phase }) => phase === 'done' || phase === 'failed');
