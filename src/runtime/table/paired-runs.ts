import { type PairedDifferences, pairedDifferences } from '../evaluate/paired.ts';
import type { PairedRuns } from './claims.ts';
import { OpenedRows } from './opened-rows.ts';
import { type PoolFolds, poolingOf } from './pooled-row.ts';

/** What a table reckons from predictions: figures of folds together, and differences of pairs. Each run is opened once for both. */
export function openRows(runsFolder: string): { pool: PoolFolds; paired: PairedRuns } {
  const rows = new OpenedRows(runsFolder);
  return { pool: poolingOf(rows), paired: pairedRuns(rows) };
}

/** Left minus right of pairs of rows' runs, by what they predicted. */
export const pairedRuns =
  (rows: OpenedRows, tick?: () => Promise<void>): PairedRuns =>
  async (pairs, figure): Promise<PairedDifferences> => {
    const both = [];
    for (const { left, right } of pairs) both.push({ left: await rows.open(left), right: await rows.open(right) });
    return pairedDifferences(both, figure, tick);
  };
