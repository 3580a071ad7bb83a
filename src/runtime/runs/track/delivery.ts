import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../../errors.ts';
import { explainSystemError } from '../../../files/system-error.ts';
import type { TrackContext, TrackRecord } from '../../../registry/kinds/tracker.ts';
import { oneLine } from '../../one-line.ts';
import type { Chosen } from '../../train/components.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { jsonState } from './parent-state.ts';

/** Records of one delivery at most. */
const MOST_AT_ONCE = 200;
/** What one delivery may take, ms: files of a run may be among its records. */
const LIMIT_MS = 30_000;
/** How long a tracker may go on after it was told to stop, ms. */
const GRACE_MS = 1000;
/** Of the time at the end: to stop what is on its way, and to keep how far it got, ms. */
const STOPPING_MS = 1400;
/** Before the next try, ms: doubled with each failure in a row. */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 300_000;

export interface DeliveryOptions {
  tracker: Chosen<'tracker'>;
  runFolder: string;
  /** All that is in the journal by now. */
  records(): readonly TrackRecord[];
  cursor: Cursor;
  context: Pick<TrackContext, 'folder' | 'workspace'>;
  parent(signal: AbortSignal): TrackContext['parent'];
}

/** Brings the records of one run to one tracker: in order, one delivery at a time, beside whatever else the process does. */
export class Delivery {
  readonly name: string;
  /** The first of each row of failures, and a cursor that could not be kept: for whoever tells of them. */
  readonly failures: unknown[] = [];
  #cursor: Cursor;
  #work: Promise<void> | null = null;
  /** A `send` that did not settle although it was told to: it is not called again before that. */
  #hanging: Promise<unknown> | null = null;
  #failed = 0;
  #timer: NodeJS.Timeout | null = null;
  #abort: AbortController | null = null;
  #keepFailed = false;
  #ended = false;

  constructor(readonly options: DeliveryOptions) {
    this.name = options.tracker.component.name;
    this.#cursor = options.cursor;
  }

  /** Records that it has not received. */
  get left(): number {
    return Math.max(0, this.options.records().length - this.#cursor.cursor);
  }

  get cursor(): number {
    return this.#cursor.cursor;
  }

  /** Why the last delivery failed, as a clause with its full stop; null where it did not. */
  get reason(): string | null {
    return this.#cursor.error?.replace(failedWords(this.name), '') ?? null;
  }

  /** Keeps its parameters and where it stands before it has received anything: a run may be killed before it answers. */
  async begin(): Promise<void> {
    await this.#keep();
  }

  /** There is something new. Waits for nothing. */
  wake(): void {
    if (this.#ended || this.#work !== null || this.#hanging !== null || this.#timer !== null || this.left === 0) return;
    this.#work = this.#deliver().then((more) => {
      this.#work = null;
      if (more) this.wake();
    });
  }

  /**
   * Delivers what is left, as far as it gets in so many ms, and nothing after that. A failure ends it. What is on its way when the time is
   * over is stopped, and the reason is kept.
   * @returns what it failed of; null where nothing is left
   */
  async finish(ms: number): Promise<IchorError | null> {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const over = new AbortController();
    const time = sleep(ms - STOPPING_MS, 'over' as const, { signal: over.signal }).catch(() => 'over' as const);
    let failure: IchorError | null = null;
    const inTime = async (work: Promise<unknown>): Promise<boolean> => {
      if ((await Promise.race([work, time])) !== 'over') return true;
      this.#abort?.abort(new Error(`it did not answer in the ${Math.round(ms / 1000)} s that it has at the end`));
      await Promise.race([work, sleep(STOPPING_MS)]);
      return false;
    };
    try {
      // A delivery that is on its way is not begun a second time.
      if (this.#work !== null && !(await inTime(this.#work))) return null;
      while (this.left > 0 && failure === null && this.#hanging === null) {
        const one = this.#deliver((error) => {
          failure = error;
        });
        if (!(await inTime(one))) break;
      }
      return failure;
    } finally {
      over.abort();
    }
  }

  /** Ends what is on its way, and begins nothing more. */
  stop(): void {
    this.#ended = true;
    this.#abort?.abort(new Error('it was interrupted'));
  }

  /** One delivery; true where it went well. */
  async #deliver(told?: (error: IchorError) => void): Promise<boolean> {
    const { tracker, records } = this.options;
    const batch = records().slice(this.#cursor.cursor, this.#cursor.cursor + MOST_AT_ONCE);
    // What tells of single patients goes out only where that was asked for.
    const wanted = batch.filter(
      (record) => tracker.params.identified || record.type !== 'artifact' || !record.identifies,
    );
    try {
      const state = wanted.length === 0 ? this.#cursor.state : jsonState(await this.#send(wanted));
      this.#cursor = { ...this.#cursor, cursor: this.#cursor.cursor + batch.length, state, error: null };
      this.#failed = 0;
      await this.#keep();
      return true;
    } catch (thrown) {
      const error = failureOf(this.name, thrown);
      this.#cursor = { ...this.#cursor, error: error.message };
      this.#failed += 1;
      told?.(error);
      if (this.#failed === 1) this.failures.push(error);
      await this.#keep();
      this.#later();
      return false;
    }
  }

  async #send(records: readonly TrackRecord[]): Promise<unknown> {
    const { tracker, context, parent } = this.options;
    const abort = new AbortController();
    this.#abort = abort;
    const limit = setTimeout(
      () => abort.abort(new Error(`it took longer than ${LIMIT_MS / 1000} s`)),
      LIMIT_MS,
    ).unref();
    const sent = (async () =>
      tracker.component.send(
        structuredClone(records),
        { ...context, state: structuredClone(this.#cursor.state), signal: abort.signal, parent: parent(abort.signal) },
        tracker.params,
      ))();
    try {
      const stopped = new Promise<never>((_, reject) => {
        abort.signal.addEventListener('abort', () => {
          setTimeout(() => reject(new Hanging(abort.signal.reason as Error)), GRACE_MS).unref();
        });
      });
      // Nobody may be left who hears of it.
      stopped.catch(() => {});
      return await Promise.race([sent, stopped]);
    } catch (error) {
      if (!(error instanceof Hanging)) throw error;
      this.#hanging = sent.then(
        () => this.#settled(),
        () => this.#settled(),
      );
      throw error.cause;
    } finally {
      clearTimeout(limit);
      this.#abort = null;
    }
  }

  #settled(): void {
    this.#hanging = null;
    this.wake();
  }

  #later(): void {
    if (this.#ended) return;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failed - 1), LONGEST_PAUSE_MS);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.wake();
    }, pause).unref();
  }

  /** How far it got. What a full disk does not keep is delivered again by the next process. */
  async #keep(): Promise<void> {
    try {
      await writeCursor(this.options.runFolder, this.#cursor);
      this.#keepFailed = false;
    } catch (error) {
      if (!this.#keepFailed) this.failures.push(error);
      this.#keepFailed = true;
    }
  }
}

/** `send` goes on although its signal aborted. */
class Hanging extends Error {
  constructor(cause: Error) {
    super('hanging', { cause });
  }
}

const failedWords = (name: string): string => `The tracker ${name} failed: `;

/** What a tracker failed of, as a warning says it. */
export function failureOf(name: string, thrown: unknown): IchorError {
  if (thrown instanceof IchorError && thrown.code === 'tracker-failed') return thrown;
  const error = explainSystemError(thrown);
  const said = error instanceof Error ? error.message : String(error);
  const text = oneLine(said.trim().replace(/[.:]+$/, ''), 400);
  const hint = error instanceof IchorError && error.hint !== undefined ? error.hint : undefined;
  return new IchorError(
    'tracker-failed',
    `${failedWords(name)}${text}.`,
    `${hint === undefined ? '' : `${hint} `}What it has not received stands in the run's journal, and is sent later.`,
    1,
    { cause: thrown },
  );
}
