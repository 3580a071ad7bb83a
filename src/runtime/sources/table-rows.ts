import { Readable } from 'node:stream';
import { IchorError } from '../../errors.ts';
import { nearest } from '../../registry/diagnostics/nearest.ts';
import type { TableText } from './kaggle-csv.ts';

/** A row of a table, its cells trimmed. */
export interface TableRow {
  /** By the names of the columns. */
  cells: Readonly<Record<string, string>>;
  /** 1-based line that it starts in. */
  line: number;
  /** It has more or fewer cells than the header; null: as many. */
  problem: string | null;
}

/** A table with a header: what it is, and where each column's name stands in the recipe, for messages. */
export interface TableOptions {
  /** How messages call it. */
  name: string;
  /** Nothing of what stands in the file is repeated. */
  isPrivate: boolean;
  /** Columns that it must have, by what of the recipe names them: `data.source.patient`. */
  columns: ReadonlyMap<string, string>;
}

/**
 * The rows of a CSV with a header, as RFC 4180 has it: quoted cells may hold commas and line breaks, a byte order mark and
 * CR LF are no part of it. Columns that a recipe names have to be there.
 *
 * @throws IchorError (exit 2) `table-unreadable`, `table-column`; what `TableText.lines` throws.
 */
export async function* tableRows(text: TableText, options: TableOptions): AsyncGenerator<TableRow> {
  const { name } = options;
  const { CsvError, parse } = await import('csv-parse');
  const lines = Readable.from(pieces(text));
  // `pipe` does not hand errors on.
  const parser = lines
    .on('error', (error) => parser.destroy(error))
    .pipe(parse({ info: true, relax_column_count: true, trim: true, record_delimiter: '\n', skip_empty_lines: true }));
  let header: string[] | null = null;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (header === null) {
        header = record;
        checkHeader(header, options);
      } else yield rowOf(record, header, line);
      // `lines` counts those that are read: the next record starts behind them.
      line = info.lines + 1;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // What is opened and never closed is noticed at the end.
    const at = error.code === 'CSV_QUOTE_NOT_CLOSED' ? await lastOpened(text) : (error.lines ?? line);
    throw new IchorError(
      'table-unreadable',
      `${name}: from line ${at} on it cannot be read: a quote too many or too few.`,
      'A quoted cell starts and ends with ", and a " in it is written "".',
      2,
      { cause: error },
    );
  } finally {
    // Who stops early leaves a file open otherwise.
    lines.destroy();
  }
  if (header === null)
    throw new IchorError('table-unreadable', `${name} is empty.`, 'Its first line names the columns.', 2);
}

/** The line in which the last quoted cell begins. */
async function lastOpened({ lines }: TableText): Promise<number> {
  let [line, opened, quotes] = [0, 1, 0];
  for await (const some of lines())
    for (const { text } of some) {
      line++;
      const own = text.split('"').length - 1;
      // A cell that is open at the line's end, and was not at its start.
      if (quotes % 2 === 0 && own % 2 === 1) opened = line;
      quotes += own;
    }
  return opened;
}

async function* pieces({ lines }: TableText): AsyncGenerator<string> {
  for await (const some of lines()) yield `${some.map(({ text }) => text).join('\n')}\n`;
}

function rowOf(record: readonly string[], header: readonly string[], line: number): TableRow {
  const cells = Object.fromEntries(header.map((column, i) => [column, record[i] ?? '']));
  const cr = record.length > header.length && record.some((cell) => cell.includes('\r'));
  const problem =
    record.length === header.length
      ? null
      : `it has ${record.length} ${record.length === 1 ? 'cell' : 'cells'} instead of ${header.length}${cr ? ' (a line in it ends in CR alone)' : ''}`;
  return { cells, line, problem };
}

const DELIMITERS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
] as const;

function checkHeader(header: readonly string[], { name, isPrivate, columns }: TableOptions): void {
  const refuse = (code: string, message: string, hint: string): never => {
    throw new IchorError(code, `${name}: ${message}`, hint, 2);
  };
  const [first = ''] = header;
  // Any cell: the first holds none of a first line with several columns.
  if (header.some((cell) => cell.includes('\r')))
    refuse(
      'table-unreadable',
      'its lines end in CR alone, as those of old Macs.',
      `Convert it: tr '\\r' '\\n' < ${/\s/.test(name) ? 'FILE' : name} > lf.csv.`,
    );
  if (/^sep=.$/i.test(first)) refuse('table-unreadable', 'its first line is one for Excel.', 'Delete that line.');
  if (header.length === 1 || [...columns.keys()].every((column) => !header.includes(column))) {
    const line = header.join(',');
    const other = DELIMITERS.find(([delimiter]) =>
      [...columns.keys()].some((column) => line.split(delimiter).some((cell) => cell.trim() === column)),
    );
    if (other !== undefined)
      refuse('table-unreadable', `its columns are parted by ${other[1]}, not by commas.`, 'Save it with commas.');
  }
  for (const [column, from] of columns) {
    const count = header.filter((one) => one === column).length;
    if (count === 1) continue;
    if (count > 1) refuse('table-column', `${count} columns are named ${column} (${from}).`, 'Rename one of them.');
    const near = nearest(column, header);
    const named = isPrivate
      ? `It has ${header.length} columns: its first line names them. They are named here where ids are shown (--show-ids, or data.source.showIds).`
      : `Its columns are ${header.map((one) => JSON.stringify(one)).join(', ')}.`;
    refuse(
      'table-column',
      `there is no column ${JSON.stringify(column)} (${from}).`,
      near === null ? named : `Did you mean ${JSON.stringify(near)}? ${named}`,
    );
  }
}
