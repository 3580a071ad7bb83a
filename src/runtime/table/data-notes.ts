import type { TableResults } from './results.ts';

/** One line where rows have runs over other data or labels than the first row's, of the same draw of the data. */
export function dataNotes({ rows }: Pick<TableResults, 'rows'>): string[] {
  const first = new Map<number | null, string>();
  const others = new Set<string>();
  for (const { row, seeds } of rows)
    for (const { data, record } of row.baseline === null ? seeds : []) {
      const fingerprint = record?.data?.fingerprint;
      if (fingerprint === undefined) continue;
      if (!first.has(data)) first.set(data, fingerprint);
      else if (first.get(data) !== fingerprint) others.add(row.name);
    }
  return others.size === 0
    ? []
    : [
        `Other data or labels than those of the first row: ${[...others].join(', ')}. Their figures are not over the same, and are not to be compared with the rest.`,
      ];
}
