import { IchorError } from '../../errors.ts';
import { thisProcess } from '../process-identity.ts';
import { continued, type LedgerPoint, readLedger, type SweepLedger, writeLedger } from './ledger.ts';

export interface SweepOptions {
  folder: string;
  wanted: SweepLedger;
  /** Forget what an earlier call did; the store's artifacts stay. */
  restart: boolean;
  /** Runs one point and says the run's name. */
  run(point: LedgerPoint, position: { index: number; total: number }): Promise<string>;
  /** After each point: tables and plots of what is there. */
  show(ledger: SweepLedger): Promise<void>;
  signal: AbortSignal;
}

/**
 * Runs the points that are not done, one after the other. A point that fails is recorded, and the next one runs; what
 * was failed is tried again by the next call. A killed process loses the point it was in, whose stages go on where they
 * were. Throws what `run` throws where the signal was aborted.
 */
export async function runSweep(options: SweepOptions): Promise<SweepLedger> {
  const { folder, signal } = options;
  const known = options.restart ? null : await readLedger(folder);
  let ledger = continued(known, options.wanted);
  const change = async (index: number, change: Partial<LedgerPoint>) => {
    const points = ledger.points.map((point, i) => (i === index ? { ...point, ...change } : point));
    ledger = { ...ledger, points };
    await writeLedger(folder, ledger);
  };
  await writeLedger(folder, ledger);
  for (const [index, point] of ledger.points.entries()) {
    if (point.status === 'done') continue;
    signal.throwIfAborted();
    const started = performance.now();
    await change(index, { status: 'running', error: null, process: thisProcess() });
    try {
      const run = await options.run(point, { index, total: ledger.points.length });
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      await change(index, { status: 'done', run, seconds, process: null });
    } catch (error) {
      if (signal.aborted) {
        await change(index, { status: 'not started', process: null });
        throw error;
      }
      // What is a fault of ours is no property of a point: it would be the same in the next one.
      if (!(error instanceof IchorError)) {
        await change(index, { status: 'failed', error: String(error), process: null });
        throw error;
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
