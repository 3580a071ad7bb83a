import { createReadStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';

/** Rows in one piece of output: large enough to be fast, small enough to bound the memory. */
const ROWS_AT_ONCE = 10_000;

export type Cell = string | number | boolean | null;

/**
 * Writes a CSV with a header line: UTF-8, `\n`, quotes only where a cell needs them (a newline in a file's name),
 * an empty cell for null. The same rows give the same bytes. Written aside, synced and renamed.
 */
export async function writeCsv<T>(
  file: string,
  columns: readonly string[],
  rows: Iterable<T>,
  cells: (row: T) => readonly Cell[],
): Promise<void> {
  const { stringify } = await import('csv-stringify/sync');
  const text = (lines: readonly (readonly Cell[])[]) =>
    stringify(lines.map((line) => line.map((cell) => (typeof cell === 'boolean' ? Number(cell) : cell))));
  const aside = `${file}.tmp`;
  const handle = await open(aside, 'w');
  try {
    await handle.write(text([columns]));
    let batch: (readonly Cell[])[] = [];
    for (const row of rows) {
      batch.push(cells(row));
      if (batch.length < ROWS_AT_ONCE) continue;
      await handle.write(text(batch));
      batch = [];
    }
    if (batch.length > 0) await handle.write(text(batch));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(aside, file);
}

/** Rows of a CSV with a header line, by column name. Throws where a row has another number of cells. */
export async function* readCsv(file: string): AsyncGenerator<Record<string, string>> {
  const { parse } = await import('csv-parse');
  const parser = parse({ columns: true, record_delimiter: '\n' });
  // `pipe` does not hand errors on.
  createReadStream(file)
    .on('error', (error) => parser.destroy(error))
    .pipe(parser);
  for await (const row of parser) yield row as Record<string, string>;
}
