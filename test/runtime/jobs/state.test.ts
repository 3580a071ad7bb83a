import { describe, expect, it } from 'vitest';
import {
  anew,
  idle,
  type JobPolicy,
  type JobState,
  type Observed,
  START,
  step,
  submitted,
} from '../../../src/runtime/jobs/state.ts';

const JOBS = [
  { name: 'shards', needs: [], isPoint: false },
  { name: 'point a', needs: [0], isPoint: true },
  { name: 'point b', needs: [0], isPoint: true },
];
const POLICY: JobPolicy = { retries: 1, dependencies: false, most: null, unseen: 3 };
const NOTHING: Observed = { listed: new Map(), records: new Map(), ends: new Map(), made: new Set() };
const under = (id: string): JobState => submitted(START, id);
const done: JobState = { ...START, phase: 'done' };
const listed = (...places: number[]) =>
  new Map(places.map((place) => [place, { id: `${place}`, state: 'running' as const }]));
const record = (
  id: string,
  end: 'done' | 'failed' | 'input-missing' | 'preempted' | null,
  run: string | null = null,
) => ({
  id,
  end,
  error: end === 'failed' ? { code: 'no-positives', message: 'There is nothing to learn.', hint: null } : null,
  run,
});
/** Looks in which nothing else is seen, with the executor's word for whoever is asked about. */
function gone(
  states: readonly JobState[],
  end: 'out-of-memory' | 'time-limit' | 'node-failed' | 'unknown',
  looks = 10,
) {
  let now = states;
  const ends = new Map<string, { end: typeof end; words: null }>();
  for (let n = 0; n < looks; n++) {
    const next = step(JOBS, now, { ...NOTHING, ends }, POLICY);
    for (const id of next.ask) ends.set(id, { end, words: null });
    now = next.states;
    if (next.submit.length > 0) break;
  }
  return now;
}

describe('a step of the driver', () => {
  it('submits what is ready, or all of it where the executor keeps the order', () => {
    const start = JOBS.map(() => START);
    expect(step(JOBS, start, NOTHING, POLICY).submit).toEqual([0]);
    expect(step(JOBS, start, NOTHING, { ...POLICY, dependencies: true }).submit).toEqual([0, 1, 2]);
    expect(step(JOBS, [done, START, START], NOTHING, { ...POLICY, most: 1 }).submit).toEqual([1]);
    // What cannot be asked may hold jobs that a driver submitted and did not live to write down.
    expect(step(JOBS, start, { ...NOTHING, listed: null }, POLICY).submit).toEqual([]);
    expect(step(JOBS, start, { ...NOTHING, listed: listed(0) }, POLICY)).toMatchObject({
      submit: [],
      states: [{ phase: 'under-way', id: '0' }, START, START],
    });
  });

  it('takes the word of the job before that of the executor, and the store before both', () => {
    const states = [done, under('1'), under('2')];
    const records = new Map([
      [1, record('1', 'done', 'a-1')],
      [2, record('2', 'failed')],
    ]);
    const { states: after } = step(
      JOBS,
      states,
      { ...NOTHING, listed: listed(1, 2), records, made: new Set([1]) },
      POLICY,
    );
    expect(after[1]).toMatchObject({ phase: 'done', run: 'a-1' });
    expect(after[2]).toMatchObject({ phase: 'failed', failure: 'failed', error: { code: 'no-positives' } });
    // A record of an earlier submission says nothing of this one.
    const old = new Map([[1, record('0', 'failed')]]);
    expect(step(JOBS, states, { ...NOTHING, listed: listed(1, 2), records: old }, POLICY).states[1]?.phase).toBe(
      'under-way',
    );
    // It says that it is done, and the store does not show that yet.
    const early = { ...NOTHING, listed: listed(2), records: new Map([[1, record('1', 'done', 'a-1')]]) };
    expect(step(JOBS, states, early, POLICY).states[1]?.phase).toBe('under-way');
  });

  it('gives more memory, more time, or the same again, and gives up aloud', () => {
    expect(gone([done, under('1'), done], 'out-of-memory')[1]).toMatchObject({
      phase: 'waiting',
      memoryTimes: 2,
      timeTimes: 1,
    });
    expect(gone([done, under('1'), done], 'time-limit')[1]).toMatchObject({
      phase: 'waiting',
      memoryTimes: 1,
      timeTimes: 2,
    });
    expect(gone([done, under('1'), done], 'node-failed')[1]).toMatchObject({
      phase: 'waiting',
      failures: 0,
      interruptions: 1,
    });
    const second = { ...under('1'), failures: 1 };
    expect(gone([done, second, done], 'out-of-memory')[1]).toMatchObject({
      phase: 'failed',
      failure: 'out-of-memory',
      error: { code: 'job-out-of-memory', message: 'It ran out of memory, 2 times.' },
    });
    expect(gone([done, second, done], 'unknown')[1]).toMatchObject({ failure: 'unknown', error: { code: 'job-lost' } });
  });

  it('fails what needs a job that failed, with its reason, and waits with what only misses an input', () => {
    const failed: JobState = {
      ...START,
      phase: 'failed',
      failure: 'failed',
      error: { code: 'x', message: 'No.', hint: 'Do.' },
    };
    expect(step(JOBS, [failed, START, done], NOTHING, POLICY).states[1]).toMatchObject({
      failure: 'need-failed',
      error: { code: 'x', message: 'shards, which it needs, failed: No.', hint: 'Do.' },
    });
    // What an executor starts once others have ended, in whatever way, is not left to wait for what never comes.
    const early = { ...NOTHING, listed: listed(1) };
    expect(step(JOBS, [failed, under('1'), done], early, POLICY).states[1]?.phase).toBe('under-way');
    const kept = step(JOBS, [failed, under('1'), done], early, { ...POLICY, dependencies: true }).states;
    expect(kept[1]).toMatchObject({ failure: 'need-failed', id: '1' });
    expect(idle(kept, early.listed)).toEqual(['1']);
    const records = new Map([[1, record('1', 'input-missing')]]);
    const missing = { ...NOTHING, listed: listed(0), records };
    expect(step(JOBS, [under('0'), under('1'), done], missing, POLICY).states[1]).toMatchObject({
      phase: 'waiting',
      missing: 0,
    });
    expect(step(JOBS, [done, under('1'), done], missing, POLICY).states[1]).toMatchObject({ missing: 1 });
    const often = { ...under('1'), missing: 2 };
    expect(step(JOBS, [done, often, done], missing, POLICY).states[1]).toMatchObject({ failure: 'input-missing' });
  });

  it('starts anew what failed at the next call, and nothing else', () => {
    const failed: JobState = { ...under('7'), phase: 'failed', failure: 'unknown', failures: 2, memoryTimes: 4 };
    expect(anew(failed)).toEqual({ ...START, id: '7' });
    expect(anew(under('7'))).toEqual(under('7'));
  });
});
