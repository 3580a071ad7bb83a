import { type Node, nodeOf } from '../values/value.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';

/** The seeds of a row: its own, else the table's. Of a sweep only those that the row itself states: it has its own. */
export function rowSeeds(table: OpenTable, { path, stated }: NamedRow): readonly Node[] | null {
  const own = table.node([...path, 'seeds']);
  if (stated.seeds && own?.kind === 'list') return own.items;
  if (stated.recipe === undefined) return null;
  const shared = table.node(['seeds']);
  if (table.loaded.stated?.seeds && shared?.kind === 'list') return shared.items;
  return [nodeOf(0, table.place(path), 'sweep')];
}
