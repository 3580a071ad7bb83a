import { rowTwice } from '../diagnostics/findings/tables.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';
import type { TableRow } from './table.ts';

/** A setting of a sweep is a row as well, and may be called as a row that the file names. */
export function checkRowNames(
  table: OpenTable,
  active: readonly NamedRow[],
  found: ReadonlyMap<NamedRow, readonly TableRow[]>,
): void {
  const seen = new Map<string, NamedRow>();
  for (const work of active) {
    for (const { name } of found.get(work) ?? []) {
      const before = seen.get(name);
      // Of two rows that are stated under one name it is told already.
      if (before && before.name !== work.name) table.fail(rowTwice(work.place, work.path, name, before.place.line));
      seen.set(name, before ?? work);
    }
  }
}
