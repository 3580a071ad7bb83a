import { nameOfFile } from '../language/name-of-file.ts';
import type { Path } from '../values/path.ts';
import type { Place } from '../values/value.ts';
import type { StatedRow } from './language.ts';
import type { OpenTable } from './open-table.ts';

/** A row as the file states it, with its name and where it stands. */
export interface NamedRow {
  path: Path;
  place: Place;
  name: string;
  stated: StatedRow;
}

/** All rows, whatever profile they are of. */
export function namedRows(table: OpenTable, rows: readonly StatedRow[]): NamedRow[] {
  return rows.map((stated, index) => {
    const path: Path = ['rows', index];
    const file = stated.recipe ?? stated.sweep;
    const name = stated.name ?? (file === undefined ? `row-${index + 1}` : nameOfFile(file, 'table'));
    return { path, place: table.place(path), name, stated };
  });
}
