import { type PairedDifferences, pairedDifferences } from '../evaluate/paired.ts';
import type { PairedRuns } from './claims.ts';
import type { OpenedRows } from './opened-rows.ts';

/** Left minus right of pairs of rows' runs, by what they predicted. */
export const pairedRuns =
  (rows: OpenedRows, tick?: () => Promise<void>): PairedRuns =>
  async (pairs, figure): Promise<PairedDifferences> => {
    const both = [];
    for (const { left, right } of pairs) both.push({ left: await rows.open(left), right: await rows.open(right) });
    return pairedDifferences(both, figure, tick);
  };
