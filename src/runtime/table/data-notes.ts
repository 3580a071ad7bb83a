import type { TableResults } from './results.ts';

/**
 * One line where rows whose recipes name the same data have seen other files or labels: something was changed between their runs. Rows
 * that name other data on purpose (a switch of a generator) are what they say.
 */
export function dataNotes({ rows }: Pick<TableResults, 'rows'>): string[] {
  const first = new Map<string, string>();
  const others = new Set<string>();
  for (const { row, runs } of rows)
    for (const [i, { data, record }] of row.baseline === null ? runs.entries() : []) {
      const fingerprint = record?.data?.fingerprint;
      const recipe = row.runs[i]?.recipe();
      if (fingerprint === undefined || recipe === undefined) continue;
      const named = JSON.stringify([data, recipe.data.source, recipe.data.labels]);
      if (!first.has(named)) first.set(named, fingerprint);
      else if (first.get(named) !== fingerprint) others.add(row.name);
    }
  return others.size === 0
    ? []
    : [
        `Data or labels were changed between runs: ${[...others].join(', ')} saw others than the first row that names the same. Their figures are not to be compared with the rest; run the whole table again.`,
      ];
}
