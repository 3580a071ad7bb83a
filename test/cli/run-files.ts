import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

/** A file of a run in a store. */
export const read = (store: string, file: string, run = 'quickstart-1') =>
  readFile(join(store, 'runs', run, file), 'utf8');

/** A folder of the one phantom in a store. */
export async function sourceFolder(store: string, name: string): Promise<string> {
  const [key] = await readdir(join(store, 'store', 'source'));
  return join(store, 'store', 'source', key as string, name);
}

/** slice -> its six probabilities as text: equal to the byte. */
export function rowsById(csv: string): Map<string, string> {
  const [header, ...rows] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const id = header?.indexOf('slice') ?? -1;
  const first = header?.indexOf('epidural') ?? -1;
  expect(id).toBeGreaterThanOrEqual(0);
  expect(first).toBeGreaterThanOrEqual(0);
  return new Map(rows.map((row) => [row[id] as string, row.slice(first, first + 6).join(',')]));
}
