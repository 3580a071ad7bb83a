import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { namesIn } from '../../files/list.ts';
import { readLedger, sweepFolder, tableFolder } from './points-ledger.ts';

/** The sweep or table that a run is a point of. */
export interface Belonging {
  kind: 'sweep' | 'table';
  name: string;
  /** Of the sweep, or the table's row and seed. */
  point: string;
}

/**
 * Runs by name, with the sweeps and tables whose ledgers name them. A ledger that cannot be read is handed back as an
 * error: what belongs to it is not known, and a list of runs does not end for that.
 */
export async function belongings(
  storeRoot: string,
): Promise<{ of: ReadonlyMap<string, readonly Belonging[]>; unreadable: readonly IchorError[] }> {
  const of = new Map<string, Belonging[]>();
  const unreadable: IchorError[] = [];
  for (const [kind, parent, folderOf] of [
    ['sweep', 'sweeps', sweepFolder],
    ['table', 'tables', tableFolder],
  ] as const) {
    for (const name of await namesIn(join(storeRoot, parent))) {
      try {
        for (const { name: point, run } of (await readLedger(folderOf(storeRoot, name)))?.points ?? [])
          if (run !== null) of.set(run, [...(of.get(run) ?? []), { kind, name, point }]);
      } catch (error) {
        if (!(error instanceof IchorError)) throw error;
        unreadable.push(error);
      }
    }
  }
  return { of, unreadable };
}

/** `table paper (bi-lstm.seed-0)` */
export const belongingText = ({ kind, name, point }: Belonging): string => `${kind} ${name} (${point})`;
