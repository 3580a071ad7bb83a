import { rowForm, tableSeed } from '../diagnostics/findings/tables.ts';
import { type Assignment, pathProblem } from '../resolve/steps/override.ts';
import { inSweep } from '../resolve/steps/sweep.ts';
import { formatPath, type Path, parsePath } from '../values/path.ts';
import type { Node } from '../values/value.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';

/** `set` of a row, each value at its place; null where a path is none, which is told. */
export function rowValues(table: OpenTable, { path, stated }: NamedRow): Assignment[] | null {
  let sound = true;
  const assignments = Object.keys(stated.set ?? {}).flatMap((text): Assignment[] => {
    const below: Path = [...path, 'set', text];
    const node = table.node(below) as Node;
    const place = node.key ?? node.place;
    const parsed = parsePath(text);
    const parts = parsed?.map(({ part }) => ({ part, place })) ?? [];
    const problem =
      parsed === null
        ? rowForm(
            place,
            below,
            `${JSON.stringify(text)} is no path.`,
            'A key of set is a path as in --set: sequence.layers.',
          )
        : text === 'seed'
          ? tableSeed(place, below)
          : pathProblem(parts, 'by a table');
    if (problem) {
      sound = false;
      table.fail(problem);
      return [];
    }
    return [{ text: formatPath(parts.map(({ part }) => part)), parts, value: inSweep(node) }];
  });
  return sound ? assignments : null;
}
