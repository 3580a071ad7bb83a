import type { Table, TableRow } from './table.ts';

/**
 * The rows that names (of rows, or of sweeps: all of their settings) ask for; no names: all of them. A predictor
 * without pictures runs nothing itself: who asks for it asks for the row that it is of, and the other way round.
 */
export function wantedRows({ rows }: Pick<Table, 'rows'>, names: readonly string[]): ReadonlySet<TableRow> {
  if (names.length === 0) return new Set(rows);
  const named = rows.filter(({ name, stated }) => names.includes(name) || names.includes(stated));
  const run = new Set(named.map(({ name, baseline }) => baseline?.of ?? name));
  return new Set(rows.filter(({ name, baseline }) => run.has(baseline?.of ?? name)));
}
