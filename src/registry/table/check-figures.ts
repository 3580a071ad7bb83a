import { figureUnknown } from '../diagnostics/findings/tables.ts';
import type { Path } from '../values/path.ts';
import { figureNames } from './figure-names.ts';
import type { StatedTable } from './language.ts';
import type { OpenTable } from './open-table.ts';
import type { TableRow } from './table.ts';

/** Every row has the figures of the columns, and the two rows of a claim the one that it is about. */
export function checkFigures(table: OpenTable, stated: StatedTable, rows: readonly TableRow[]): void {
  const known = new Map<TableRow, readonly string[] | null>();
  const namesOf = (row: TableRow) => {
    const recipe = row.runs[0]?.recipe();
    if (!known.has(row)) known.set(row, recipe ? figureNames(recipe, row.registry) : null);
    return known.get(row) ?? null;
  };
  const check = (figure: string, path: Path, of: readonly TableRow[]) => {
    const lacking = of.find((row) => namesOf(row)?.includes(figure) === false);
    if (lacking) table.fail(figureUnknown(table.place(path), path, figure, lacking.name, namesOf(lacking) ?? []));
  };
  for (const [index, figure] of stated.figures.entries()) check(figure, ['figures', index], rows);
  for (const [index, claim] of (stated.claims ?? []).entries())
    check(
      claim.figure,
      ['claims', index, 'figure'],
      rows.filter(({ name }) => name === claim.row || name === claim.than),
    );
}
