import type { LeftOut } from '../../ledger.ts';
import type { Identities } from '../../sources/identities.ts';
import { type LedgerLines, shownPath } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';

/** Leaves out the files of slices in one line; frames count with their files, which have one fate each. */
export function leaveOutFiles(
  line: Pick<LeftOut, 'item' | 'reason' | 'message' | 'detail'>,
  slices: readonly Candidate[],
  identities: Identities,
  ledger: LedgerLines,
): void {
  const files = slices.reduce(
    (sum, { frame, pictures }) => sum + (frame === undefined ? (pictures?.length ?? 1) : 0),
    0,
  );
  if (files > 0) ledger.leaveOut({ ...line, what: 'file', count: files });
  for (const { frame, path } of slices)
    if (frame !== undefined) ledger.leaveOut({ ...line, item: shownPath(identities.name('file', path)), what: 'file' });
}
