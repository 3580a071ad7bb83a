import { LABELS, type Label, TYPES } from '../../labels.ts';
import type { BadLabelRow, LabelRow } from '../../registry/kinds/source.ts';
import { columnOf, type LabelColumns } from '../../registry/label-columns.ts';
import { binary } from './kaggle-csv.ts';
import type { TableRow } from './table-rows.ts';

/** The labels of one row, as rows of a label each. Nothing but 0 and 1 is read. */
export function* labelRowsOf(row: TableRow, slice: string, labels: LabelColumns): Generator<LabelRow | BadLabelRow> {
  const { cells, line } = row;
  const bad = (problem: string): BadLabelRow => ({ line, text: '', problem });
  const values = new Map<Label, 0 | 1>();
  for (const label of LABELS) {
    const column = labels[label];
    if (column === undefined) continue;
    const name = columnOf(column);
    const cell = cells[name] ?? '';
    const value = binary(cell);
    if (value === null) {
      yield bad(cell === '' ? `its ${name} is empty` : `its ${name} is neither 0 nor 1`);
      continue;
    }
    values.set(label, typeof column === 'string' || value === null ? value : ((1 - value) as 0 | 1));
  }
  if (labels.any === undefined && TYPES.every((type) => values.has(type)))
    values.set('any', TYPES.some((type) => values.get(type) === 1) ? 1 : 0);
  for (const [label, value] of values) yield { slice, label, value, line };
}
