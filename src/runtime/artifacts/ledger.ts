import { hasForm, isText, listOf } from '../../files/json.ts';
import type { LedgerPart, LeftOut } from '../ledger.ts';
import { readArtifactJson } from './json.ts';

/** Reads `ledger.json` of an artifact. The runner writes it, from what the stage returns. */
export const readLedger = (folder: string): Promise<LedgerPart> => readArtifactJson(folder, 'ledger.json', isLedger);

const isLine = hasForm({ item: isText, what: isText, reason: isText, message: isText });
const isLedger = hasForm({ stage: isText, leftOut: listOf(isLine), notes: listOf(isLine) });

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
