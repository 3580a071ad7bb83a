import { type RunRecord, stateOf } from '../run-folder.ts';
import type { Cursor } from './cursor.ts';
import { type Journal, journalDamaged, journalFile } from './journal.ts';

/**
 * That a journal whose lines can all be read was not cut off between two of them: a run that is done says so in its last record, and no tracker has received
 * more than there is.
 * @param cursors of the trackers that have followed the run
 * @throws IchorError `track-journal-damaged` (exit 2)
 */
export function assertWhole({ runFolder, records }: Journal, record: RunRecord, cursors: Iterable<Cursor>): void {
  const file = journalFile(runFolder);
  if (['done', 'partial'].includes(stateOf(record)) && records.at(-1)?.type !== 'end')
    throw journalDamaged(`${file} is cut off: run ${record.name} is done, and its last record does not say so.`);
  for (const { tracker, cursor } of cursors)
    if (cursor > records.length)
      throw journalDamaged(
        `${file} is cut off: ${tracker.type} has received ${cursor} records, and it holds ${records.length}.`,
      );
}
