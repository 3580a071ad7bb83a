import { stream } from '../../../src/random.ts';
import type { ExecutorEnd } from '../../../src/registry/kinds/executor.ts';
import type { JobRecord } from '../../../src/runtime/jobs/record.ts';
import {
  isOver,
  type JobNode,
  type JobPolicy,
  type JobState,
  type Observed,
  START,
  step,
  submitted,
} from '../../../src/runtime/jobs/state.ts';

const NODES = 500;
/** Looks after which a simulation that has not come to its end is taken to be stuck. */
const MOST_LOOKS = 20_000;
/** Looks for which a look may show what was: of records and of what is made; of the queue. */
const STORE_LAG = 6;
const QUEUE_LAG = 2;

export interface Simulated {
  looks: number;
  states: readonly JobState[];
  /** How often all that a job makes was made. */
  made: readonly number[];
  /** Jobs of which two processes ran at once. */
  twice: readonly number[];
  /** Jobs that were submitted after all of theirs was made: they find it and end, and only a driver that died submits such. */
  late: readonly number[];
  /** Jobs that can only fail, and those that need one. */
  hopeless: ReadonlySet<number>;
  submissions: number;
  drivers: number;
}

interface Process {
  place: number;
  id: string;
  state: 'waiting' | 'running';
  after: readonly string[];
  since: number;
  /** Looks until it ends, and how. */
  left: number;
  fate: 'done' | 'failed' | 'killed' | Exclude<ExecutorEnd, 'done' | 'failed' | 'unknown'>;
}

/**
 * A scheduler of 500 nodes, by a seed: jobs wait, run, fail, run out of memory and time, are preempted (put back, or gone), lose their
 * nodes, are gone without a word; drivers die, also right after they submitted. What was written is seen late, and each node's
 * clock is off by hours.
 */
export function simulate(seed: number): Simulated {
  const random = stream(seed, 'scheduler').uniform;
  const draw = (share: number) => random() < share;
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const jobs = someJobs(random);
  const policy: JobPolicy = {
    retries: 6,
    dependencies: draw(0.5),
    most: draw(0.3) ? 1 + upTo(20) : null,
    unseen: STORE_LAG + 2,
  };
  /** What each takes of memory and time: more than it is given at first, now and then. */
  const needs = jobs.map(() => ({
    memory: draw(0.1) ? 2 + upTo(2) : 1,
    time: draw(0.1) ? 2 + upTo(2) : 1,
    looks: 1 + upTo(12),
  }));
  const broken = jobs.map(() => draw(0.04));
  const hopeless = new Set<number>();
  for (const [place, job] of jobs.entries())
    if (broken[place] || job.needs.some((need) => hopeless.has(need))) hopeless.add(place);
  const made = jobs.map(() => 0);
  const madeAt = jobs.map(() => Number.POSITIVE_INFINITY);
  const ends = new Map<string, { end: ExecutorEnd; words: string | null }>();
  const records: { place: number; at: number; record: Pick<JobRecord, 'id' | 'end' | 'error' | 'run' | 'started'> }[] =
    [];
  const running = new Set<Process>();
  const goneAt = new Map<Process, number>();
  const twice = new Set<number>();
  const late = new Set<number>();
  let looks = 0;
  let ids = 0;
  let submissions = 0;
  let drivers = 1;
  let states: readonly JobState[] = jobs.map(() => START);
  let saved = states;
  let asked = new Map<string, { end: ExecutorEnd; words: string | null }>();

  const say = (process: Process, end: JobRecord['end'], run: string | null = null) =>
    records.push({
      place: process.place,
      at: looks,
      record: {
        id: process.id,
        end,
        error: end === 'failed' ? { code: 'x', message: 'broken', hint: null } : null,
        run,
        started: new Date(Date.UTC(2026, 0, 1) + (random() - 0.5) * 1e8).toISOString(),
      },
    });
  const over = (process: Process, end: ExecutorEnd) => {
    running.delete(process);
    goneAt.set(process, looks);
    ends.set(process.id, { end, words: null });
  };
  const advance = () => {
    let free = NODES - [...running].filter(({ state }) => state === 'running').length;
    for (const process of [...running]) {
      const { place } = process;
      if (process.state === 'waiting') {
        const free4 = process.after.every((id) => ![...running].some((other) => other.id === id));
        if (free <= 0 || !free4 || draw(0.3)) continue;
        free--;
        process.state = 'running';
        if ([...running].some((other) => other !== process && other.place === place && other.state === 'running'))
          twice.add(place);
        say(process, null);
        // It looks for its inputs for longer than they may be unseen.
        if (jobs[place]?.needs.some((need) => made[need] === 0)) {
          say(process, 'input-missing');
          over(process, 'done');
        } else if ((made[place] ?? 0) > 0) {
          // It looks into the store first, and finds all that it was to make.
          say(process, 'done', `run-${place}`);
          over(process, 'done');
        }
        continue;
      }
      const fate = random();
      if (fate < 0.01) over(process, 'node-failed');
      else if (fate < 0.02) {
        say(process, 'preempted');
        if (draw(0.5)) process.state = 'waiting';
        else over(process, 'preempted');
      } else if (fate < 0.023) over(process, 'unknown');
      else if (--process.left <= 0) {
        if (process.fate === 'done') {
          if (made[place] === 0) madeAt[place] = looks;
          made[place] = (made[place] ?? 0) + 1;
          say(process, 'done', `run-${place}`);
          over(process, 'done');
        } else if (process.fate === 'failed') {
          say(process, 'failed');
          over(process, 'failed');
        } else over(process, process.fate as ExecutorEnd);
      }
    }
  };
  const look = (): Observed => {
    const lag = () => upTo(STORE_LAG);
    const queue = upTo(QUEUE_LAG);
    const listed = new Map<number, { id: string; state: 'waiting' | 'running' }>();
    for (const process of running) if (process.since <= looks - queue) listed.set(process.place, process);
    for (const [process, at] of goneAt)
      if (at > looks - queue && !listed.has(process.place)) listed.set(process.place, process);
    const seen = new Map<number, Observed['records'] extends ReadonlyMap<number, infer R> ? R : never>();
    // A record replaces the one before it: whoever saw a later one does not see an earlier one again.
    for (const { place, at, record } of records) if (at <= looks - lag()) seen.set(place, record);
    const there = new Set(jobs.flatMap((_, place) => ((madeAt[place] as number) <= looks - lag() ? [place] : [])));
    return { listed: draw(0.02) ? null : listed, records: seen, ends: asked, made: there };
  };
  const submit = (places: readonly number[]) => {
    for (const place of places) {
      const state = states[place] as JobState;
      submissions++;
      if ((made[place] ?? 0) > 0) late.add(place);
      const id = `${++ids}`;
      const { memory, time, looks: long } = needs[place] as { memory: number; time: number; looks: number };
      const fate = broken[place]
        ? 'failed'
        : memory > state.memoryTimes
          ? 'out-of-memory'
          : time > state.timeTimes
            ? 'time-limit'
            : 'done';
      const after = policy.dependencies
        ? (jobs[place] as JobNode).needs.flatMap((need) =>
            states[need]?.phase === 'under-way' ? (states[need]?.id ?? []) : [],
          )
        : [];
      running.add({ place, id, state: 'waiting', after, since: looks, left: long, fate });
      states = states.map((one, i) => (i === place ? submitted(one, id) : one));
    }
  };

  while (!isOver(states) && looks < MOST_LOOKS) {
    looks++;
    advance();
    const observed = look();
    let next = step(jobs, states, observed, policy);
    if (next.ask.length > 0) {
      for (const id of next.ask) asked.set(id, ends.get(id) ?? { end: 'unknown', words: null });
      next = step(jobs, states, { ...observed, ends: asked }, policy);
    }
    states = next.states;
    saved = states;
    submit(next.submit);
    // Right after it submitted, and before it could write down what.
    if (draw(0.01)) {
      drivers++;
      asked = new Map();
      // It plans by the store.
      states = saved.map((state, place) =>
        state.phase === 'waiting' && (made[place] ?? 0) > 0 ? { ...state, phase: 'done' as const } : state,
      );
      // The next one starts after what was submitted is listed: it asks before it submits.
      looks += QUEUE_LAG;
    } else saved = states;
  }
  return { looks, states, made, twice: [...twice], late: [...late], hopeless, submissions, drivers };
}

/** Up to 300 jobs in up to four levels; the last ones are points. */
function someJobs(random: () => number): JobNode[] {
  const count = 1 + Math.floor(random() * 300);
  const levels = 1 + Math.floor(random() * 4);
  return Array.from({ length: count }, (_, place): JobNode => {
    const level = Math.floor((place / count) * levels);
    const before = Math.floor((count / levels) * level);
    const needs = new Set<number>();
    for (let n = 0; level > 0 && n < 1 + random() * 3; n++) needs.add(Math.floor(random() * before));
    return { name: `job ${place}`, needs: [...needs].filter((need) => need < place), isPoint: level === levels - 1 };
  });
}
