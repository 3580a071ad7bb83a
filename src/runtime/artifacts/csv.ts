import { createReadStream, open, rename, stat } from '../../files/fs.ts';
import { systemCode } from '../../files/system-error.ts';
import { damagedArtifact, MISSING } from '../store/damaged.ts';

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
  rows: Iterable<T> | AsyncIterable<T>,
  cells: (row: T) => readonly Cell[],
): Promise<void> {
  const { stringify } = await import('csv-stringify/sync');
  const text = (lines: readonly (readonly Cell[])[]) =>
    stringify(lines.map((line) => line.map((cell) => (typeof cell === 'boolean' ? Number(cell) : cell))));
  const aside = `${file}.tmp`;
  const handle = await open(aside, 'w');
  try {
    // Whole, or with an error: a single `write` may take a part (a limit of the user's, a quota) and say nothing.
    await handle.writeFile(text([columns]));
    let batch: (readonly Cell[])[] = [];
    for await (const row of rows) {
      batch.push(cells(row));
      if (batch.length < ROWS_AT_ONCE) continue;
      await handle.writeFile(text(batch));
      batch = [];
    }
    if (batch.length > 0) await handle.writeFile(text(batch));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(aside, file);
}

/**
 * Rows of a CSV of an artifact, by column name. Throws IchorError `artifact-damaged` where it is not what was written.
 * @param columns that it must have
 */
export async function* readCsv(file: string, columns: readonly string[] = []): AsyncGenerator<Record<string, string>> {
  const { CsvError, parse } = await import('csv-parse');
  const header = (names: string[]): string[] => {
    const missing = columns.filter((name) => !names.includes(name));
    if (missing.length > 0) throw damagedArtifact(file, `it has no column ${missing.join(', ')}`);
    return names;
  };
  const parser = parse({ columns: header, record_delimiter: '\n' });
  // `pipe` does not hand errors on.
  createReadStream(file)
    .on('error', (error) => parser.destroy(error))
    .pipe(parser);
  let read = false;
  try {
    for await (const row of parser) {
      read = true;
      yield row as Record<string, string>;
    }
  } catch (error) {
    if (error instanceof CsvError) throw damagedArtifact(file, `line ${error.lines ?? '?'} is no row of it`);
    if (systemCode(error) === 'ENOENT') throw damagedArtifact(file, MISSING);
    throw error;
  }
  // A table without rows has its header line all the same, which the parser does not tell of.
  if (!read && columns.length > 0 && (await stat(file)).size === 0) throw damagedArtifact(file, 'it is empty');
}
