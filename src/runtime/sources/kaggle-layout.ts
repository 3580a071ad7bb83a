import { IchorError } from '../../errors.ts';
import { LABELS } from '../../labels.ts';
import { asTyped, oddCharacters, oddHint } from '../../registry/diagnostics/odd-characters.ts';
import { oneLine } from '../one-line.ts';
import { cellsOf } from './csv-cells.ts';

/** Where the cells of a row stand. */
export interface Layout {
  /** Whether the first line names the columns. */
  header: boolean;
  id: number;
  label: number;
  columns: number;
}

/** No row of a table can be read, by its first line. What stands there is apart: private sources do not repeat it. */
export class UnreadableTable extends IchorError {
  constructor(
    /** What is wrong, without any text of the file. */
    readonly problem: string,
    hint: string,
    /** The first line. */
    readonly text: string,
  ) {
    super('labels-unreadable', `${problem} It starts with: ${oneLine(text)}`, hint, 2);
  }
}

const EXPECTED =
  'Expected is a header `ID,Label` and a row for each slice and label: `ID_0123456ab_epidural,0`, with 0 or 1.';
const DELIMITERS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
  [' ', 'spaces'],
] as const;

/**
 * Reads the first line of a table of labels. Columns are found by their names, in whatever case. Without a header a row is
 * known by its id: first, or behind a running number.
 */
export function layoutOf(text: string, line: number, file: string, isId: (cell: string) => boolean): Layout {
  const refuse = (problem: string, hint: string): never => {
    throw new UnreadableTable(`${file}:${line}: ${problem}`, `${hint} ${EXPECTED}`, text);
  };
  // Each line ends in CR CR LF: a file that was taken for one of Unix twice.
  if (/^[^\r]*\r+$/.test(text))
    refuse('its lines end in more than one CR before LF.', `Convert it: tr -d '\\r' < ${file} > lf.csv.`);
  // A lone carriage return is no line end to us: the whole file would be one line.
  if (text.includes('\r')) refuse('its lines end in CR alone.', `Convert it: tr '\\r' '\\n' < ${file} > lf.csv.`);
  const [, separator] = /^"?sep=(.)"?$/i.exec(text.trim()) ?? [];
  if (separator !== undefined)
    refuse(`it is a line for Excel.`, `Delete it${separator === ',' ? '' : ', and save the table with commas'}.`);
  if (/^\s*[[{]/.test(text)) refuse('it is JSON, no table.', 'Write it as CSV.');
  if (/^\s*<[!?/\w]/.test(text))
    refuse('it is HTML or XML, no table.', 'Was a page saved in the place of the file? Download it again.');
  const cells = cellsOf(text);
  if (cells === null) return refuse('the first line has a quote too many or too few.', 'Mend it.');
  const named = byName(cells);
  if (named !== null) return named;
  const [first = '', second = ''] = cells;
  if (isId(first)) return { header: false, id: 0, label: 1, columns: 2 };
  if (/^\d+$/.test(first) && isId(second)) return { header: false, id: 1, label: 2, columns: 3 };
  const [odd] = oddCharacters(text);
  if (odd && byName(cellsOf(asTyped(text)) ?? []) !== null)
    refuse(
      `its header has ${odd.name} as its ${odd.at + 1}. character, which is not what it looks like.`,
      oddHint(odd),
    );
  for (const [delimiter, called] of DELIMITERS) {
    const others = cellsOf(text, delimiter) ?? [];
    if (others.length > 1 && (byName(others) !== null || others.some(isId)))
      refuse(`its columns are parted by ${called}, not by commas.`, 'Save it with commas.');
  }
  const names = cells.map((cell) => cell.toLowerCase());
  const wide = LABELS.filter((label) => names.includes(label));
  if (wide.length > 1)
    refuse(
      `it has a column for each label (${wide.join(', ')}), not a row.`,
      'Turn it into rows: in pandas `melt`, with the id and the label joined by an underscore.',
    );
  for (const name of ['id', 'label'])
    if (names.filter((one) => one === name).length > 1)
      refuse(`two columns are named ${name === 'id' ? 'ID' : 'Label'}.`, 'Keep one of them.');
  const lacking = [...(names.includes('id') ? [] : ['ID']), ...(names.includes('label') ? [] : ['Label'])];
  return refuse(
    `the first line is neither a header nor a label: there is no column ${lacking.join(' and none ')}.`,
    'Is it the file of another tool? Rename its columns, or write the rows anew.',
  );
}

function byName(cells: readonly string[]): Layout | null {
  const names = cells.map((cell) => cell.toLowerCase());
  const [id, label] = [names.indexOf('id'), names.indexOf('label')];
  const once = names.lastIndexOf('id') === id && names.lastIndexOf('label') === label;
  return id >= 0 && label >= 0 && once ? { header: true, id, label, columns: cells.length } : null;
}
