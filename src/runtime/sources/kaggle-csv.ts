import { basename } from 'node:path';
import { LABELS, type Label } from '../../labels.ts';
import type { BadLabelRow, LabelRow } from '../../registry/kinds/source.ts';
import { type Line, linesOf } from '../lines.ts';
import { cellsOf } from './csv-cells.ts';
import { type Layout, layoutOf } from './kaggle-layout.ts';

/** How much of a row is repeated. */
const MOST_SHOWN = 200;

/** A table's text, wherever it lies. `name`: how errors call it. */
export interface TableText {
  name: string;
  lines(): AsyncIterable<readonly Line[]>;
}

const tableText = (file: string | TableText): TableText =>
  typeof file === 'string' ? { name: basename(file), lines: () => linesOf(file, basename(file)) } : file;

/** `ID_000039fa0_subdural` -> slice and label. The image id holds an underscore: split at the last one (facts 2.2). */
export function splitId(id: string): { slice: string; label: Label } | null {
  const at = id.lastIndexOf('_');
  const label = LABELS.find((name) => name === id.slice(at + 1));
  return at > 0 && label !== undefined ? { slice: id.slice(0, at), label } : null;
}

/**
 * Lines of `stage_2_train.csv`: label rows, and those that are none with what is wrong about them. The columns ID and Label
 * are found by the header's names, whatever stands beside them (pandas' index); without a header by the ids, where they say
 * what they are. A value is 0 or 1, also as pandas writes floats (`1.0`); nothing else is guessed at.
 * Throws UnreadableTable (exit 2) where the first line says that no row can be read, IchorError `file-unreadable` (exit 2)
 * where the file is no text.
 */
export async function* readLabelRows(file: string | TableText): AsyncGenerator<LabelRow | BadLabelRow> {
  const table = tableText(file);
  let layout: Layout | null = null;
  for await (const lines of table.lines()) {
    for (const { text, number } of lines) {
      if (text.trim() === '') continue;
      if (layout === null) {
        layout = layoutOf(text, number, table.name, (id) => splitId(id) !== null);
        if (layout.header) continue;
      }
      yield labelRow(text, number, layout);
    }
  }
}

function labelRow(text: string, line: number, { id, label, columns }: Layout): LabelRow | BadLabelRow {
  const bad = (problem: string): BadLabelRow => ({ line, text: text.slice(0, MOST_SHOWN), problem });
  const cells = cellsOf(text);
  if (cells === null) return bad('has a quote too many or too few');
  if (cells.length !== columns)
    return bad(`has ${cells.length} ${cells.length === 1 ? 'column' : 'columns'} instead of ${columns}`);
  const parts = splitId(cells[id] as string);
  if (parts === null) return bad('its ID does not end in _<label> with a known label');
  const value = binary(cells[label] as string);
  if (value === null) return bad(cells[label] === '' ? 'its Label is empty' : 'its Label is neither 0 nor 1');
  return { ...parts, value, line };
}

/** 0 and 1, also where a program wrote them as floats: `1.0`, `0.`. `1e0`, `True` and `yes` are read by nobody. */
export const binary = (text: string): 0 | 1 | null => {
  if (text === '0' || text === '1') return text === '1' ? 1 : 0;
  const float = /^([01])\.0*$/.exec(text);
  return float === null ? null : float[1] === '1' ? 1 : 0;
};

/**
 * What `stage_2_sample_submission.csv` asks for, in its order, each once: slices, where each has its six rows one after the
 * other in the order of LABELS, as Kaggle's file has them; else rows, `ID_0a1b2c3d4_any`. An id without a known label stands as
 * it is. Throws as `readLabelRows`.
 */
export async function readSubmissionIds(file: string | TableText): Promise<string[]> {
  const rows = new Set<string>();
  const table = tableText(file);
  let layout: Layout | null = null;
  for await (const lines of table.lines()) {
    for (const { text, number } of lines) {
      if (text.trim() === '') continue;
      if (layout === null) {
        layout = layoutOf(text, number, table.name, (id) => splitId(id) !== null);
        if (layout.header) continue;
      }
      const id = cellsOf(text)?.[layout.id] ?? text.slice(0, MOST_SHOWN);
      rows.add(id);
    }
  }
  return wholeSlices(rows) ?? [...rows];
}

/** Null where a row is missing or stands elsewhere: then the rows themselves say what the submission holds, in what order. */
function wholeSlices(rows: ReadonlySet<string>): string[] | null {
  const slices = new Set<string>();
  let [slice, next] = ['', LABELS.length as number];
  for (const id of rows) {
    const row = splitId(id);
    if (next < LABELS.length) {
      if (row?.slice !== slice || row.label !== LABELS[next]) return null;
      next++;
      continue;
    }
    if (slices.has(row?.slice ?? id) || (row !== null && row.label !== LABELS[0])) return null;
    slice = row?.slice ?? id;
    slices.add(slice);
    next = row === null ? LABELS.length : 1;
  }
  return next === LABELS.length ? [...slices] : null;
}
