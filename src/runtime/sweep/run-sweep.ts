import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { explainSystemError } from '../../files/system-error.ts';
import { continued, type LedgerPoint, readLedger, type SweepLedger, writeLedger } from '../runs/points-ledger.ts';
import { readRun } from '../runs/run-folder.ts';
import { thisProcess } from '../store/process-identity.ts';

export interface SweepOptions {
  folder: string;
  /** The store's folder of runs: what a run that was recalled was made from is noted. Absent: the point's recipe, it is taken. */
  runsFolder?: string;
  wanted: SweepLedger;
  /** Forget what an earlier call did of the points that this one wants; the store's artifacts stay. */
  restart: boolean;
  /** How what an earlier call left goes into what is wanted now; by default a sweep refuses what has changed. */
  join?(known: SweepLedger | null, wanted: SweepLedger): SweepLedger;
  /** False for a point that this call leaves as it is. */
  wants?(point: LedgerPoint): boolean;
  /** True: a fault of ours fails one point, and the others are run all the same. */
  goesOn?: boolean;
  /** How many points at once; 1 by default. */
  jobs?: number;
  /** Runs one point and says the run's name; one that was run before is only recalled. */
  run(point: LedgerPoint, position: { index: number; total: number }): Promise<string>;
  /** Before points and after them, now and then, and where it was stopped: tables and plots of what is there. The last state is for who called. */
  show(ledger: SweepLedger): Promise<void>;
  signal: AbortSignal;
}

const SHOWN_EVERY_MS = 30_000;

/**
 * Runs the points in their order, `jobs` at a time. A point that was done is run again too, which recalls what is there and
 * makes anew what became stale since: data, engine and the code of components are in no recipe. A point that fails is
 * recorded, and the next one runs. A killed process loses the points it was in, whose stages go on where they were.
 * Throws what `run` throws where the signal was aborted, or the program is at fault; the points beside it end first.
 */
export async function runSweep(options: SweepOptions): Promise<SweepLedger> {
  const { folder, signal } = options;
  let ledger = await startLedger(options);
  let written = writeLedger(folder, ledger);
  const change = (index: number, change: Partial<LedgerPoint>): Promise<void> => {
    const points = ledger.points.map((point, i) => (i === index ? { ...point, ...change } : point));
    ledger = { ...ledger, points };
    // One after the other, so that the last state is what stays.
    written = written.then(() => writeLedger(folder, ledger));
    return written;
  };
  await written;
  const wanted = ledger.points.filter((point) => options.wants?.(point) !== false);
  const total = wanted.length;
  let shown = Number.NEGATIVE_INFINITY;
  // What is shown must not be of another state of the recipes while the first points run.
  if (wanted.some(({ status }) => status !== 'done')) {
    await options.show(ledger);
    shown = performance.now();
  }
  const runPoint = async (index: number, point: LedgerPoint): Promise<void> => {
    const started = performance.now();
    if (point.status !== 'done') await change(index, { status: 'running', error: null, process: thisProcess() });
    try {
      const run = await options.run(point, { index: wanted.indexOf(point), total });
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      const madeFrom = await recipeOf(options.runsFolder, run);
      const same = point.status === 'done' && run === point.run;
      if (same && madeFrom === point.madeFrom) return;
      // What it took to recall a run is not what the run took.
      const took = same ? {} : { seconds };
      await change(index, { status: 'done', run, ...(madeFrom && { madeFrom }), ...took, process: null });
    } catch (thrown) {
      const error = explainSystemError(thrown);
      if (signal.aborted) {
        if (point.status !== 'done') await change(index, { status: 'not started', process: null });
        throw error;
      }
      await change(index, { status: 'failed', error: reasonOf(error), process: null });
      // What is a fault of ours is no property of a point: it would be the same in the next one.
      if (!(error instanceof IchorError) && !options.goesOn) throw error;
    }
    // All points are read for it: after each of them it would cost more than what is only recalled.
    if (performance.now() - shown < SHOWN_EVERY_MS) return;
    shown = performance.now();
    await options.show(ledger);
  };
  const left = ledger.points.entries();
  const faults: unknown[] = [];
  const job = async (): Promise<void> => {
    for (const [index, point] of left) {
      if (faults.length > 0) return;
      if (options.wants?.(point) === false) continue;
      try {
        signal.throwIfAborted();
        await runPoint(index, point);
      } catch (error) {
        faults.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: options.jobs ?? 1 }, job));
  if (faults.length > 0) {
    // What stopped it is the fault to tell, also where what there is can no longer be shown.
    await options.show(ledger).catch(() => undefined);
    throw faults[0];
  }
  return ledger;
}

/** A run whose record cannot be read is told of where its figures are. */
async function recipeOf(runsFolder: string | undefined, run: string): Promise<string | undefined> {
  if (runsFolder === undefined) return undefined;
  const record = await readRun(join(runsFolder, run)).catch((error: unknown) => {
    if (error instanceof IchorError) return null;
    throw error;
  });
  return record?.recipeHash;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof IchorError)) return String(error);
  return `${error.message}${error.hint ? ` ${error.hint}` : ''}`;
}

/** What an earlier call left, joined with what is wanted now; a restart forgets it, but of points that it does not want. */
async function startLedger({ folder, wanted, restart, wants, join = continued }: SweepOptions): Promise<SweepLedger> {
  if (restart && wants === undefined) return join(null, wanted);
  const joined = join(await readLedger(folder), wanted);
  if (!restart) return joined;
  const fresh = new Map(wanted.points.map((point) => [point.name, point]));
  const points = joined.points.map((point) => (wants?.(point) === false ? point : (fresh.get(point.name) ?? point)));
  return { ...joined, points };
}
