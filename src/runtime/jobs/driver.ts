import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import type { ExecutorParams } from '../../registry/executor/config.ts';
import type {
  Executor,
  ExecutorContext,
  ExecutorEnd,
  ExecutorJob,
  ExecutorListed,
} from '../../registry/kinds/executor.ts';
import { thisProcess } from '../store/process-identity.ts';
import type { Store } from '../store/store.ts';
import { type DriverFile, isCancelled, type PlacedJob, writeDriver } from './folder.ts';
import { inputWaitSeconds } from './input-wait.ts';
import { isMade } from './made.ts';
import { type JobRecord, readRecord } from './record.ts';
import { resourcesOf } from './resources.ts';
import { idle, isOver, type JobNode, type JobPolicy, type JobState, type Observed, step, submitted } from './state.ts';

/** What the driver tells of a job, as it happens. */
export type JobEvent =
  | { what: 'submitted'; id: string; submission: number }
  /** Why it has not begun, by the word of the executor; so many others wait for the same. Told once of all. */
  | { what: 'waits'; why: string; others: number }
  | { what: 'running'; record: JobRecord }
  | { what: 'stage'; record: JobRecord }
  | { what: 'done'; record: JobRecord | null }
  | { what: 'again'; why: string }
  | { what: 'failed' };

export interface DriverOptions {
  folder: string;
  jobs: readonly PlacedJob[];
  /** Where each stands as it begins: what an earlier driver had under way stays so. */
  states: readonly JobState[];
  executor: Executor;
  params: ExecutorParams;
  context: Omit<ExecutorContext, 'ids'>;
  cpus: number;
  store: Store;
  tell(place: number, event: JobEvent): void;
}

/** Looks soon after something was submitted, and then less and less often, up to `pollSeconds`. */
const FIRST_LOOK_MS = 500;
/** Of an executor that is asked on this machine. */
const LOCAL_LOOK_MS = 250;

/**
 * Submits jobs, watches them and says how each ended; all that it knows stands in `driver.json`, so that the next one goes on from there.
 * What is to be done is decided by `step`.
 */
export class Driver {
  readonly #ends = new Map<string, { end: ExecutorEnd; words: string | null }>();
  readonly #waiting = new Map<number, (state: JobState) => void>();
  readonly #told = new Map<number, string>();
  readonly #toldWhy = new Set<string>();
  readonly #dropped = new Set<string>();
  readonly #askedAgain = new Set<string>();
  readonly #started = new Date().toISOString();
  #states: readonly JobState[];
  #failure: unknown = null;
  #over = false;
  /** It did not answer at the last look, which was told. */
  #unreachable = false;

  constructor(readonly options: DriverOptions) {
    this.#states = options.states;
  }

  /** How a job ended. Rejects with what ended the driver. */
  ended(place: number): Promise<JobState> {
    return new Promise((resolve, reject) => {
      const state = this.#states[place] as JobState;
      if (state.phase === 'done' || state.phase === 'failed') return resolve(state);
      if (this.#over) return reject(this.#failure);
      this.#waiting.set(place, resolve);
      this.#rejects.add(reject);
    });
  }
  readonly #rejects = new Set<(error: unknown) => void>();

  get states(): readonly JobState[] {
    return this.#states;
  }

  /**
   * The first look, and the first submission: what stands in the way of all of them ends the command before anything waits for it.
   * Throws what the executor throws.
   */
  async begin(): Promise<void> {
    await this.#look(true);
  }

  /** Until all jobs have ended. Where the signal aborts, jobs go on or are cancelled, as their executor's contract says. */
  async run(): Promise<void> {
    const { signal } = this.options.context;
    try {
      let wait = FIRST_LOOK_MS;
      while (!isOver(this.#states)) {
        const { queues } = this.options.executor.contract(this.options.params);
        await sleep(queues ? wait : Math.min(wait, LOCAL_LOOK_MS), undefined, { signal });
        const moved = await this.#look(false);
        wait = moved ? FIRST_LOOK_MS : Math.min(wait * 1.5, this.options.params.pollSeconds * 1000);
      }
    } catch (error) {
      this.#failure = signal.aborted ? signal.reason : error;
      await this.#letGo().catch(() => {
        // What ended the driver is what matters.
      });
      throw this.#failure;
    } finally {
      this.#over = true;
      for (const reject of this.#rejects) reject(this.#failure);
    }
  }

  /** One look, and what follows of it. True where something moved. */
  async #look(first: boolean): Promise<boolean> {
    const { executor, params } = this.options;
    const before = this.#states;
    const context = this.#context();
    const listing = await executor.poll(context, params).catch((error: unknown) => {
      // One that is down for a while loses no job: they write to the store. One that was never up is told.
      if (first || !(error instanceof IchorError)) throw error;
      if (!this.#unreachable) this.options.context.warn(error);
      this.#unreachable = true;
      return null;
    });
    if (listing !== null) this.#unreachable = false;
    const listed = listing && new Map(listing.map((one) => [one.place, one]));
    const records = await this.#records(listed);
    const made = await this.#made(listed, records);
    this.#forgetVague();
    const observed: Observed = { listed, records, made, ends: this.#ends };
    let next = step(this.#nodes, before, observed, this.#policy);
    if (next.ask.length > 0) {
      const answers = await executor.collect(next.ask, context, params);
      for (const id of next.ask) this.#ends.set(id, answers.get(id) ?? { end: 'unknown', words: null });
      next = step(this.#nodes, before, observed, this.#policy);
    }
    this.#states = next.states;
    if (listed !== null && this.#policy.dependencies) await this.#dropIdle(idle(next.states, listed));
    if (isCancelled(this.options.folder)) await this.#giveUp();
    else if (next.submit.length > 0)
      await this.#submit(next.submit).catch((error: unknown) => this.#refused(next.submit, error, first));
    const moved = this.#states.some((state, place) => state !== before[place] && state.missed === 0);
    if (moved) await this.#save();
    this.#tell(before, records);
    if (listing !== null) this.#tellWaiting(listing);
    return moved;
  }

  async #submit(places: readonly number[]): Promise<void> {
    const { executor, params, jobs, cpus } = this.options;
    const given = places.map((place): ExecutorJob => {
      const { name, needs, estimate } = jobs[place] as PlacedJob;
      const state = this.#states[place] as JobState;
      const after = needs.filter((need) => this.#states[need]?.phase !== 'done');
      return { place, name, after, cpus, ...resourcesOf(estimate, params, state) };
    });
    const ids = await executor.submit(given, this.#context(), params);
    const called = new Map(places.map((place, i) => [place, ids[i] as string]));
    this.#states = this.#states.map((state, place) => {
      const id = called.get(place);
      return id === undefined ? state : submitted(state, id);
    });
    await this.#save();
  }

  /** A limit that is hit later on is of the jobs that it keeps out: the others go on. */
  #refused(places: readonly number[], thrown: unknown, first: boolean): void {
    if (first || !(thrown instanceof IchorError)) throw thrown;
    const { code, message, hint = null } = thrown;
    const error = { code, message, hint };
    this.#states = this.#states.map((state, place) =>
      places.includes(place) ? { ...state, phase: 'failed', failure: 'failed', error } : state,
    );
  }

  /** One that cannot be taken out of the queue only takes its turn. */
  async #dropIdle(ids: readonly string[]): Promise<void> {
    const fresh = ids.filter((id) => !this.#dropped.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) this.#dropped.add(id);
    const { executor, params, context } = this.options;
    await executor.cancel(fresh, this.#context(), params).catch((error: unknown) => {
      if (!(error instanceof IchorError)) throw error;
      context.warn(error);
    });
  }

  /** Somebody gave them up: what waits is never submitted. */
  async #giveUp(): Promise<void> {
    const { executor, params } = this.options;
    const under = this.#states.flatMap(({ phase, id }) => (phase === 'under-way' && id !== null ? [id] : []));
    if (under.length > 0) await executor.cancel(under, this.#context(), params);
    const message = 'It was cancelled.';
    const error = { code: 'job-cancelled', message, hint: 'The same command submits it again.' };
    this.#states = this.#states.map((state) =>
      state.phase === 'done' || state.phase === 'failed'
        ? state
        : { ...state, phase: 'failed', failure: 'cancelled', error },
    );
  }

  async #letGo(): Promise<void> {
    const { executor, params } = this.options;
    if (executor.contract(params).survives) return;
    const under = this.#states.flatMap(({ phase, id }) => (phase === 'under-way' && id !== null ? [id] : []));
    const context = { ...this.#context(), signal: AbortSignal.timeout(30_000) };
    if (under.length > 0) await executor.cancel(under, context, params);
    this.#states = this.#states.map((state) => (state.phase === 'under-way' ? { ...state, phase: 'waiting' } : state));
    await this.#save();
  }

  #context(): ExecutorContext {
    const ids = this.#states.flatMap(({ phase, id }, place) =>
      phase === 'under-way' && id !== null ? [[place, id] as const] : [],
    );
    return { ...this.options.context, ids: new Map(ids) };
  }

  get #nodes(): readonly JobNode[] {
    return this.options.jobs.map(({ name, needs, until }) => ({ name, needs, isPoint: until === null }));
  }

  get #policy(): JobPolicy {
    const { executor, params, context } = this.options;
    const { dependencies, queues } = executor.contract(params);
    const { retries, maxJobs, pollSeconds } = params;
    const most = queues ? null : (maxJobs ?? context.jobs ?? 1);
    // Where nothing queues, this machine is all there is, and what was written is seen.
    const unseen = queues ? Math.max(8, Math.ceil(inputWaitSeconds() / pollSeconds)) : 8;
    return { retries, dependencies, most, unseen };
  }

  /** Who did not know why a job is gone is asked once more before that is the last word: a scheduler may still be clearing up. */
  #forgetVague(): void {
    const { unseen } = this.#policy;
    for (const { phase, id, missed } of this.#states) {
      if (phase !== 'under-way' || id === null || missed < unseen || this.#askedAgain.has(id)) continue;
      if (this.#ends.get(id)?.end !== 'unknown') continue;
      this.#ends.delete(id);
      this.#askedAgain.add(id);
    }
  }

  /** Of what is under way, or may be: an earlier driver's. */
  async #records(listed: ReadonlyMap<number, unknown> | null): Promise<Map<number, JobRecord>> {
    const found = new Map<number, JobRecord>();
    const places = this.#states.flatMap(({ phase }, place) =>
      phase === 'under-way' || listed?.has(place) ? [place] : [],
    );
    await Promise.all(
      places.map(async (place) => {
        const record = await readRecord(this.options.folder, place);
        if (record !== null) found.set(place, record);
      }),
    );
    return found;
  }

  /** Asked of the store only where it decides something: of jobs that have ended, or are gone, and of those that wait. */
  async #made(
    listed: ReadonlyMap<number, unknown> | null,
    records: ReadonlyMap<number, JobRecord>,
  ): Promise<Set<number>> {
    const made = new Set<number>();
    const { jobs, store } = this.options;
    for (const [place, { phase, id }] of this.#states.entries()) {
      if (phase === 'done' || phase === 'failed') continue;
      const record = records.get(place);
      const running = phase === 'under-way' && (listed === null || listed.has(place));
      if (running && !(record?.id === id && record.end !== null)) continue;
      const { makes, until } = jobs[place] as PlacedJob;
      // A point that waits is submitted whatever there is: its run is to be recorded.
      if (phase === 'waiting' && until === null) continue;
      let all = true;
      for (const one of makes) all &&= await isMade(store, one);
      if (all) made.add(place);
    }
    return made;
  }

  #tell(before: readonly JobState[], records: ReadonlyMap<number, JobRecord>): void {
    const { tell } = this.options;
    for (const [place, state] of this.#states.entries()) {
      const was = before[place] as JobState;
      const found = records.get(place);
      const record = found?.id === (state.id ?? was.id) ? found : undefined;
      if (was.phase === 'under-way' && state.phase === 'waiting')
        tell(place, { what: 'again', why: whyAgain(was, state, this.#ends) });
      if (state.submissions > was.submissions && state.id !== null) {
        if (was.phase === 'under-way') tell(place, { what: 'again', why: whyAgain(was, state, this.#ends) });
        tell(place, { what: 'submitted', id: state.id, submission: state.submissions });
      }
      const at = record === undefined ? null : `${record.id} ${record.stage ?? ''}`;
      if (state.phase === 'under-way' && record !== undefined && at !== null && this.#told.get(place) !== at) {
        const first = !this.#told.get(place)?.startsWith(`${record.id} `);
        this.#told.set(place, at);
        tell(place, { what: first ? 'running' : 'stage', record });
      }
      if (state.phase === was.phase) continue;
      if (state.phase === 'done') tell(place, { what: 'done', record: record ?? null });
      if (state.phase === 'failed') tell(place, { what: 'failed' });
      if (state.phase === 'done' || state.phase === 'failed') this.#waiting.get(place)?.(state);
    }
  }

  #tellWaiting(listing: readonly ExecutorListed[]): void {
    const waiting = new Map<string, number[]>();
    for (const { place, id, why } of listing)
      if (why !== null && this.#states[place]?.id === id && this.#states[place]?.phase === 'under-way')
        waiting.set(why, [...(waiting.get(why) ?? []), place]);
    for (const [why, places] of waiting) {
      if (this.#toldWhy.has(why)) continue;
      this.#toldWhy.add(why);
      this.options.tell(places[0] as number, { what: 'waits', why, others: places.length - 1 });
    }
  }

  #save(): Promise<void> {
    const driver: DriverFile = {
      format: 1,
      started: this.#started,
      process: thisProcess(),
      states: this.#states,
    };
    return writeDriver(this.options.folder, driver);
  }
}

function whyAgain(was: JobState, now: JobState, ends: ReadonlyMap<string, { end: ExecutorEnd }>): string {
  if (now.memoryTimes > was.memoryTimes)
    return ends.get(was.id ?? '')?.end === 'killed'
      ? 'its process was killed, for want of memory perhaps: it gets twice as much'
      : 'it ran out of memory, and gets twice as much';
  if (now.timeTimes > was.timeTimes) return 'it ran into its time limit, and gets twice the time';
  if (now.interruptions > was.interruptions)
    return ends.get(was.id ?? '')?.end === 'node-failed' ? 'its node failed' : 'it was preempted';
  if (now.failures > was.failures) return 'it was gone without a word';
  return 'what it needs was not there yet';
}
