import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerPart, LeftOut } from '../ledger.ts';

/** Reads `ledger.json` of an artifact. The runner writes it, from what the stage returns. */
export async function readLedger(folder: string): Promise<LedgerPart> {
  return JSON.parse(await readFile(join(folder, 'ledger.json'), 'utf8')) as LedgerPart;
}

export interface Fates {
  found: number;
  used: number;
  /** Items by reason, in the order in which the stages name them. */
  leftOut: { stage: string; reason: string; count: number }[];
}

/** How many items a line stands for. */
export const countOf = ({ count }: LeftOut): number => count ?? 1;

/** The fates of the files, or of the label rows, over the parts of a run: `used` plus all of `leftOut` is `found`. */
export function fatesOf(parts: readonly LedgerPart[], what: LeftOut['what']): Fates {
  const found = parts.reduce((sum, part) => sum + (part.found?.[what === 'file' ? 'files' : 'labelRows'] ?? 0), 0);
  const leftOut: Fates['leftOut'] = [];
  for (const { stage, leftOut: lines } of parts)
    for (const line of lines.filter((each) => each.what === what)) {
      const same = leftOut.find((each) => each.stage === stage && each.reason === line.reason);
      if (same === undefined) leftOut.push({ stage, reason: line.reason, count: countOf(line) });
      else same.count += countOf(line);
    }
  return { found, used: found - leftOut.reduce((sum, { count }) => sum + count, 0), leftOut };
}
