import type { TableResults } from './results.ts';

/** What the recipes of the rows say has to be known to read them, each once, with the rows that say it. */
export function recipeNotes({ rows }: Pick<TableResults, 'rows'>): string[] {
  const said = new Map<string, string[]>();
  const running = rows.filter(({ row }) => row.baseline === null);
  for (const { row } of running) {
    for (const note of row.runs[0]?.recipe().notes ?? []) said.set(note, [...(said.get(note) ?? []), row.name]);
  }
  return [...said].map(([note, names]) =>
    names.length === running.length && running.length > 1 ? `All rows: ${note}` : `${names.join(', ')}: ${note}`,
  );
}
