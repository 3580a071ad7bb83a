import { createReadStream } from 'node:fs';
import { LABELS, type Label } from '../../labels.ts';
import type { BadLabelRow, LabelRow } from '../../registry/kinds/source.ts';

/** `ID_000039fa0_subdural` -> slice and label. The image id holds an underscore: split at the last one (facts 2.2). */
export function splitId(id: string): { slice: string; label: Label } | null {
  const at = id.lastIndexOf('_');
  const label = LABELS.find((name) => name === id.slice(at + 1));
  return at > 0 && label !== undefined ? { slice: id.slice(0, at), label } : null;
}

/** Rows of a CSV file with their 1-based line, streamed. */
async function* records(file: string): AsyncGenerator<{ line: number; cells: string[] }> {
  const { parse } = await import('csv-parse');
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  });
  // `pipe` does not hand errors on.
  createReadStream(file)
    .on('error', (error) => parser.destroy(error))
    .pipe(parser);
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
    yield { line: info.lines, cells: record };
}

/** Lines of `stage_2_train.csv` (`ID,Label`): label rows, and those that are none with what is wrong about them. */
export async function* readLabelRows(file: string): AsyncGenerator<LabelRow | BadLabelRow> {
  let first = true;
  for await (const { line, cells } of records(file)) {
    const header = first && cells[0] === 'ID';
    first = false;
    if (header) continue;
    const bad = (problem: string): BadLabelRow => ({ line, text: cells.join(',').slice(0, 200), problem });
    const [id = '', value = ''] = cells;
    const parts = splitId(id);
    if (cells.length !== 2) yield bad(`has ${cells.length} columns instead of 2`);
    else if (parts === null) yield bad('its ID does not end in _<label> with a known label');
    else if (value !== '0' && value !== '1') yield bad('its Label is neither 0 nor 1');
    else yield { ...parts, value: value === '1' ? 1 : 0, line };
  }
}

/** Slice ids in the order of `stage_2_sample_submission.csv`, each once. */
export async function readSubmissionIds(file: string): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { cells } of records(file)) {
    const parts = splitId(cells[0] ?? '');
    if (parts !== null) ids.add(parts.slice);
  }
  return [...ids];
}
