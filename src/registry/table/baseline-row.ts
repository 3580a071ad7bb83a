import { rowForm, rowUnknown } from '../diagnostics/findings/tables.ts';
import type { Path } from '../values/path.ts';
import type { Baseline } from './language.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';
import type { TableRow } from './table.ts';

/**
 * A row of a predictor that looks at no picture: of the row that it names, among those that run. Null where there is none
 * such, which is told unless that row is broken itself.
 */
export function baselineRow(
  table: OpenTable,
  row: NamedRow,
  running: readonly TableRow[],
  active: readonly NamedRow[],
  broken: ReadonlySet<string>,
): TableRow | null {
  const { path, name, stated } = row;
  if (stated.of === undefined || stated.baseline === undefined) return null;
  const of = running.find((one) => one.name === stated.of);
  if (of === undefined) {
    const itself = active.find((one) => one.name === stated.of);
    if (broken.has(stated.of)) return null;
    const ofPath: Path = [...path, 'of'];
    if (itself?.stated.of !== undefined)
      return table.fail(
        rowForm(table.place(ofPath), ofPath, `${stated.of} runs nothing itself.`, 'Name a row with a recipe.'),
      );
    return table.fail(
      rowUnknown(
        table.place(ofPath),
        ofPath,
        stated.of,
        running.map((one) => one.name),
      ),
    );
  }
  return predictorOf(of, {
    name,
    predictor: stated.baseline,
    at: table.shown(row.place),
    note: stated.note ?? null,
  });
}

/** A predictor that looks at no picture as a row beside the one that it is of. */
export const predictorOf = (
  of: TableRow,
  { name, predictor, at, note }: { name: string; predictor: Baseline; at: string; note: string | null },
): TableRow => ({
  ...of,
  name,
  stated: name,
  at,
  set: {},
  note,
  file: null,
  values: null,
  figures: [],
  baseline: { of: of.name, predictor },
  runs: [],
  blocking: [],
});
