import { join } from 'node:path';
import { IchorError } from '../../../errors.ts';
import { explainSystemError } from '../../../files/system-error.ts';
import type { TrackBegin, TrackParent, TrackRecord } from '../../../registry/kinds/tracker.ts';
import type { ComponentValue } from '../../../registry/recipe.ts';
import type { Registry } from '../../../registry/registry.ts';
import type { EpochRow } from '../../artifacts/history.ts';
import type { Metrics } from '../../artifacts/metrics.ts';
import type { EpochEvent, NoteEvent } from '../../events.ts';
import type { Lock } from '../../store/lock.ts';
import { choose } from '../../train/components.ts';
import { type Cursor, newCursor, readCursor, trackerFile } from './cursor.ts';
import { Delivery, failureOf } from './delivery.ts';
import { type Journal, trackingFolder } from './journal.ts';
import { parentOf } from './parent-state.ts';
import { figuresOf, Steps, scalarsOf } from './records.ts';

/** What the trackers of a run get in all once it has ended, ms; less where somebody waits for the end of an interrupted one. */
const END_MS = 10_000;
const INTERRUPTED_MS = 3000;

export interface Tracked {
  storeRoot: string;
  runFolder: string;
  run: string;
  workspace: string;
  parent: TrackParent | null;
  tell(note: NoteEvent): void;
  /** Of a run that ended before: when it did. */
  now?(): number;
}

/**
 * What follows a run while it goes on. Nothing that goes wrong in it reaches the run: it is told once, as a warning. The journal is written at
 * once, and everything else beside the training.
 */
export class Tracking {
  readonly #steps: Steps;
  readonly #told = new Set<string>();
  #journalFailed = false;

  /** @param lock that this process alone delivers of the run, until it ends */
  constructor(
    readonly options: Tracked,
    readonly journal: Journal,
    readonly deliveries: readonly Delivery[],
    readonly lock: Lock,
  ) {
    this.#steps = new Steps(journal.records);
  }

  begin(record: TrackBegin): void {
    this.#add(record);
  }

  /** Of a training that goes on, or of an earlier one (`live` false: no time was measured). */
  epoch(stage: string, row: EpochRow, live: EpochEvent | null = null): void {
    const { step, known } = this.#steps.at(stage, row);
    // What an earlier attempt trained, and said, is not said again; what is trained anew is.
    if (known && (live?.speed ?? null) === null) return;
    this.#add(scalarsOf(stage, step, row, live, this.#now()));
  }

  figures(metrics: Metrics): void {
    const said = new Set(this.journal.records.flatMap((record) => (record.type === 'figures' ? [textOf(record)] : [])));
    for (const record of figuresOf(metrics, this.#now())) if (!said.has(textOf(record))) this.#add(record);
  }

  artifacts(files: readonly Omit<TrackRecord & { type: 'artifact' }, 'type' | 'time'>[]): void {
    for (const file of files) this.#add({ type: 'artifact', time: this.#now(), ...file });
  }

  /** The last record, and a bounded time for whatever is left. */
  async end(record: Omit<TrackRecord & { type: 'end' }, 'type' | 'time'>): Promise<void> {
    this.#add({ type: 'end', time: this.#now(), ...record });
    const ms = record.state === 'interrupted' ? INTERRUPTED_MS : END_MS;
    await this.#finish(ms);
  }

  /** Where nothing more is to come: what an earlier run of the same artifacts left unsent. */
  async deliver(): Promise<void> {
    await this.#finish(END_MS);
  }

  /** What deliveries failed of since somebody asked: by whoever tells events, so that what that throws reaches the run as ever. */
  tellFailures(): void {
    for (const { name, failures } of this.deliveries)
      for (const error of failures.splice(0)) this.#warn(failureOf(name, error));
  }

  async #finish(ms: number): Promise<void> {
    try {
      await Promise.all(this.deliveries.map((delivery) => delivery.finish(ms)));
    } finally {
      await this.lock.release();
    }
    this.tellFailures();
    this.#tellLeft();
  }

  #now(): number {
    return this.options.now?.() ?? Date.now();
  }

  #tellLeft(): void {
    const { run } = this.options;
    if (this.journal.waiting > 0)
      this.#warn(
        new IchorError(
          'track-unsent',
          `${this.journal.waiting} records of run ${run} could not be written into its journal: no tracker will receive them.`,
          'history.csv and metrics.json of the run hold the figures.',
        ),
      );
    for (const { name, left, reason } of this.deliveries)
      if (left > 0)
        this.#warn(
          new IchorError(
            'track-unsent',
            `The tracker ${name} has not received ${left} of ${this.journal.records.length} records of run ${run}${reason === null ? '.' : `: ${reason}`}`,
            `\`ichor track sync ${run}\` sends the rest.`,
          ),
        );
  }

  #add(record: TrackRecord): void {
    try {
      this.journal.add(record);
      this.#journalFailed = false;
    } catch (error) {
      // Told once, until it has worked again.
      if (!this.#journalFailed) this.#warn(journalFailed(this.options.run, error));
      this.#journalFailed = true;
    }
    for (const delivery of this.deliveries) delivery.wake();
  }

  #warn(error: IchorError): void {
    if (this.#told.has(error.message)) return;
    this.#told.add(error.message);
    this.options.tell(warningOf(error));
  }
}

const textOf = (record: TrackRecord & { type: 'figures' }): string =>
  JSON.stringify([record.model, record.side, record.values]);

/** An error that ends nothing. */
export function warningOf(error: IchorError): NoteEvent {
  const { code, message, hint } = error;
  return { type: 'note', level: 'warning', code, message, ...(hint === undefined ? {} : { hint }) };
}

/** What keeps a journal from being written or read. */
export function journalFailed(run: string, thrown: unknown): IchorError {
  const error = explainSystemError(thrown) as Error;
  if (error instanceof IchorError && error.code.startsWith('track-')) return error;
  return new IchorError(
    'track-journal-failed',
    `The journal of run ${run} cannot be written: ${error.message} The run goes on, and trackers receive nothing of it meanwhile.`,
    error instanceof IchorError ? error.hint : undefined,
    1,
    { cause: thrown },
  );
}

/** Whether a tracker is told another place to send to (its argument) than before. */
const isElsewhere = (before: ComponentValue, now: ComponentValue, argument: string | undefined): boolean =>
  argument !== undefined && (before[argument] ?? null) !== (now[argument] ?? null);

/** A delivery for each tracker, from where it stands; from the start where it is to send elsewhere than before. */
export async function deliveriesOf(
  trackers: readonly ComponentValue[],
  registry: Registry,
  journal: Journal,
  options: Tracked,
  cursors?: ReadonlyMap<string, Cursor>,
): Promise<Delivery[]> {
  const { storeRoot, runFolder, workspace } = options;
  const deliveries: Delivery[] = [];
  for (const value of trackers) {
    const tracker = choose(registry, 'tracker', value);
    const known = cursors?.get(value.type) ?? (await readCursor(runFolder, value.type));
    // What one server or folder has received another one has not.
    const kept = known !== null && isElsewhere(known.tracker, value, tracker.component.argument) ? null : known;
    deliveries.push(
      new Delivery({
        tracker,
        runFolder,
        records: () => journal.records,
        cursor: { ...(kept ?? newCursor(value)), tracker: value },
        context: { folder: join(trackingFolder(runFolder), trackerFile(value.type)), workspace },
        parent: (signal) => parentOf(options.parent, { storeRoot, tracker: value.type, signal }),
      }),
    );
  }
  return deliveries;
}
