import { IchorError } from '../../../errors.ts';
import { existsSync } from '../../../files/fs.ts';
import { explainSystemError, isSystemError, systemReason } from '../../../files/system-error.ts';
import type { TrackParent } from '../../../registry/kinds/tracker.ts';
import type { Registry } from '../../../registry/registry.ts';
import type { Lock } from '../../store/lock.ts';
import { findRun } from '../find-run.ts';
import { listRuns, type RunRecord, stateOf } from '../run-folder.ts';
import { type Cursor, readCursors } from './cursor.ts';
import type { Delivery } from './delivery.ts';
import { continuedBy, lockTracking } from './earlier.ts';
import { Journal, journalDamaged, journalFile, trackingFolder } from './journal.ts';
import { deliveriesOf } from './tracking.ts';
import { assertWhole } from './whole.ts';

/** Of one tracker of one run: how many records it received now, and how many it has not. */
export interface SyncedTracker {
  tracker: string;
  sent: number;
  left: number;
  /** Why something is left. */
  error: { code: string; message: string; hint: string | null } | null;
}

export interface SyncedRun {
  run: string;
  folder: string;
  /** Why nothing was tried: it goes on and sends by itself, or a later run took its journal over. */
  passedOver: { why: 'running' } | { why: 'continued'; by: string } | null;
  trackers: SyncedTracker[];
  /** What is wrong with its journal; null where it can be read. */
  error: SyncedTracker['error'];
}

export interface SyncOptions {
  storeRoot: string;
  workspace: string;
  /** Runs as any command names them; none: every run of the store that was tracked. */
  runs: readonly string[];
  /** The components that the recipe of a run may name. */
  registryOf(runFolder: string): Promise<Registry>;
  signal: AbortSignal;
}

/** What each tracker gets of a run, ms: pages and tables may be among it. */
const LIMIT_MS = 600_000;

/**
 * Sends what trackers have not received. Of a run that died without a word it says that it did. Throws IchorError `unknown-run` and, for a run
 * that was named, `run-not-tracked` (exit 2).
 */
export async function syncTracking(options: SyncOptions): Promise<SyncedRun[]> {
  const { storeRoot, runs } = options;
  // By folder: two names may stand for one run.
  const named = new Map<string, { folder: string; record: RunRecord }>();
  for (const name of runs) {
    const { folder, record } = await findRun(storeRoot, name);
    if (!existsSync(trackingFolder(folder))) throw notTracked(record.name);
    named.set(folder, { folder, record });
  }
  const all =
    runs.length > 0
      ? [...named.values()]
      : (await listRuns(storeRoot)).filter(({ folder }) => existsSync(trackingFolder(folder)));
  const synced: SyncedRun[] = [];
  for (const run of all) {
    options.signal.throwIfAborted();
    synced.push(await syncRun(run, options));
  }
  return synced;
}

const notTracked = (run: string): IchorError =>
  new IchorError(
    'run-not-tracked',
    `Run ${run} has no journal: nothing followed it.`,
    'Run its recipe again with `--track NAME`: the run is recalled, and the tracker receives all of it.',
    2,
  );

async function syncRun(
  { folder, record }: { folder: string; record: RunRecord },
  options: SyncOptions,
): Promise<SyncedRun> {
  const about = { run: record.name, folder, trackers: [], error: null };
  if (record.status === 'running') return { ...about, passedOver: { why: 'running' } };
  let lock: Lock | null = null;
  try {
    lock = await lockTracking(options.storeRoot, record.name, options.signal);
    const by = await continuedBy(folder);
    if (by !== null) return { ...about, passedOver: { why: 'continued', by } };
    const cursors = await readCursors(folder);
    const journal = await readJournal(folder, record, cursors);
    sayEnd(journal, record);
    const trackers: SyncedTracker[] = [];
    for (const cursor of cursors)
      trackers.push(
        cursor instanceof IchorError ? broken(cursor) : await syncTracker(cursor, { folder, record, journal }, options),
      );
    return { ...about, passedOver: null, trackers };
  } catch (error) {
    if (error instanceof IchorError) return { ...about, passedOver: null, error: said(error) };
    if (!isSystemError(error)) throw error;
    return { ...about, passedOver: null, error: said(notKept(record.name, error)) };
  } finally {
    await lock?.release();
  }
}

/** A journal that is whole. Throws IchorError `track-journal-damaged`, and in words what keeps it from being read. */
async function readJournal(
  folder: string,
  record: RunRecord,
  cursors: readonly (Cursor | IchorError)[],
): Promise<Journal> {
  let journal: Journal | null;
  try {
    journal = await Journal.read(folder);
  } catch (error) {
    throw explainSystemError(error);
  }
  if (journal === null)
    throw journalDamaged(
      `${journalFile(folder)} is not there (any more): what happened in run ${record.name} stood in it.`,
    );
  assertWhole(
    journal,
    record,
    cursors.filter((one): one is Cursor => !(one instanceof IchorError)),
  );
  return journal;
}

/** A store that is only to be read. Where it cannot be said how far a tracker got, all of it would be sent each time. */
const notKept = (run: string, error: unknown): IchorError =>
  new IchorError(
    'track-journal-failed',
    `What trackers have received of run ${run} cannot be written down: ${systemReason(error)}.`,
    'Nothing is sent without that. Mend the rights of the store and of the disk that it is on, and call it again.',
    1,
    { cause: error },
  );

/** A run that was killed has not said that it ended. */
function sayEnd(journal: Journal, record: RunRecord): void {
  const last = journal.records.at(-1);
  if (last === undefined || last.type === 'end') return;
  const state = stateOf(record);
  if (state === 'running') return;
  journal.add({ type: 'end', time: last.time, state, error: null, marks: record.marks ?? [] });
}

async function syncTracker(
  { tracker, cursor: before }: Cursor,
  { folder, record, journal }: { folder: string; record: RunRecord; journal: Journal },
  { storeRoot, workspace, registryOf, signal }: SyncOptions,
): Promise<SyncedTracker> {
  const total = journal.records.length;
  if (before >= total) return { tracker: tracker.type, sent: 0, left: 0, error: null };
  let failure: IchorError | null = null;
  let delivery: Delivery | undefined;
  try {
    const tracked = {
      storeRoot,
      runFolder: folder,
      run: record.name,
      workspace,
      parent: parentIn(journal),
      tell: () => {},
    };
    [delivery] = await deliveriesOf([tracker], await registryOf(folder), journal, tracked);
    const stop = () => delivery?.stop();
    signal.addEventListener('abort', stop);
    failure = (await delivery?.finish(LIMIT_MS)) ?? null;
    signal.removeEventListener('abort', stop);
    // It was sent, and will be once more.
    const unkept = delivery?.failures.find(isSystemError);
    if (unkept !== undefined) failure ??= notKept(record.name, unkept);
  } catch (error) {
    if (!(error instanceof IchorError)) throw error;
    failure = error;
  }
  const reached = delivery?.cursor ?? before;
  return {
    tracker: tracker.type,
    sent: reached - before,
    left: total - reached,
    error: failure && said(failure),
  };
}

const parentIn = ({ records }: Journal): TrackParent | null =>
  records.findLast((record) => record.type === 'begin')?.parent ?? null;

const said = ({ code, message, hint }: IchorError) => ({ code, message, hint: hint ?? null });
const broken = (error: IchorError): SyncedTracker => ({ tracker: '', sent: 0, left: 0, error: said(error) });
