import { IchorError } from '../../errors.ts';
import { thisProcess } from '../process-identity.ts';
import { continued, type LedgerPoint, readLedger, type SweepLedger, writeLedger } from './ledger.ts';

export interface SweepOptions {
  folder: string;
  wanted: SweepLedger;
  /** Forget what an earlier call did of the points that this one wants; the store's artifacts stay. */
  restart: boolean;
  /** How what an earlier call left goes into what is wanted now; by default a sweep refuses what has changed. */
  join?(known: SweepLedger | null, wanted: SweepLedger): SweepLedger;
  /** False for a point that this call leaves as it is. */
  wants?(point: LedgerPoint): boolean;
  /** True: a fault of ours fails one point, and the others are run all the same. */
  goesOn?: boolean;
  /** Runs one point and says the run's name; one that was run before is only recalled. */
  run(point: LedgerPoint, position: { index: number; total: number }): Promise<string>;
  /** After each point: tables and plots of what is there. */
  show(ledger: SweepLedger): Promise<void>;
  signal: AbortSignal;
}

/**
 * Runs the points one after the other. A point that was done is run again too, which recalls what is there and makes
 * anew what became stale since: data, engine and the code of components are in no recipe. A point that fails is
 * recorded, and the next one runs. A killed process loses the point it was in, whose stages go on where they were.
 * Throws what `run` throws where the signal was aborted.
 */
export async function runSweep(options: SweepOptions): Promise<SweepLedger> {
  const { folder, signal } = options;
  let ledger = await startLedger(options);
  const change = async (index: number, change: Partial<LedgerPoint>) => {
    const points = ledger.points.map((point, i) => (i === index ? { ...point, ...change } : point));
    ledger = { ...ledger, points };
    await writeLedger(folder, ledger);
  };
  await writeLedger(folder, ledger);
  for (const [index, point] of ledger.points.entries()) {
    signal.throwIfAborted();
    if (options.wants?.(point) === false) continue;
    const started = performance.now();
    if (point.status !== 'done') await change(index, { status: 'running', error: null, process: thisProcess() });
    try {
      const run = await options.run(point, { index, total: ledger.points.length });
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      if (point.status === 'done' && run === point.run) continue;
      await change(index, { status: 'done', run, seconds, process: null });
    } catch (error) {
      if (signal.aborted) {
        if (point.status !== 'done') await change(index, { status: 'not started', process: null });
        throw error;
      }
      // What is a fault of ours is no property of a point: it would be the same in the next one.
      if (!(error instanceof IchorError)) {
        await change(index, { status: 'failed', error: String(error), process: null });
        if (!options.goesOn) throw error;
        await options.show(ledger);
        continue;
      }
      await change(index, {
        status: 'failed',
        error: `${error.message}${error.hint ? ` ${error.hint}` : ''}`,
        process: null,
      });
    }
    await options.show(ledger);
  }
  await options.show(ledger);
  return ledger;
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
