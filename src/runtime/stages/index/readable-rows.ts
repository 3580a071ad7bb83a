import type { OpenSource } from '../../../registry/kinds/source.ts';
import { BadRows, noLabelRows } from './label-errors.ts';
import { rowsOf } from './labels.ts';

/** A table of another form is told by the first of its rows. */
const FIRST_ROWS = 1000;

/**
 * Whether the rows of a table to judge by can be read, before anything is predicted that they are to judge: of its first thousand rows,
 * and where one of these is none, of all of them, as who joins them will say it.
 *
 * @throws IchorError (exit 2) `labels-unreadable`, `table-unreadable`, `bad-label-rows`, `no-label-rows`.
 */
export async function refuseUnreadableRows(
  labels: NonNullable<OpenSource['labels']>,
  isPrivate: boolean,
  tolerate: number,
): Promise<void> {
  const file = labels.shown ?? labels.file;
  const bad = new BadRows(file, isPrivate, true);
  let rows = 0;
  for await (const row of rowsOf(labels, { private: isPrivate })) {
    rows++;
    if ('problem' in row) bad.add(row, rows);
    if (rows >= FIRST_ROWS && bad.count <= tolerate && bad.count < rows) return;
  }
  if (rows === 0) throw noLabelRows(file);
  if (bad.count > tolerate || bad.count === rows) throw bad.error(rows, tolerate);
}
