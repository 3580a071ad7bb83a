import { createHash } from 'node:crypto';
import { resolveTable, type TableResolution } from '../../registry/table/resolve-table.ts';
import type { Table } from '../../registry/table/table.ts';
import { pointName } from '../../runtime/table/results.ts';
import { openRegistry } from '../registry.ts';
import type { TableCommandOptions } from './command-options.ts';
import type { PointRun } from './point-run.ts';

/** Table files as the options of the command say, each with what is wrong with it. */
export async function resolveTables(
  files: readonly string[],
  { profile = [], smoke = false, set = [], track = [] }: TableCommandOptions,
): Promise<TableResolution[]> {
  const registry = openRegistry();
  const resolved: TableResolution[] = [];
  for (const file of files) resolved.push(await resolveTable(file, { registry, profile, smoke, set, track }));
  return resolved;
}

/** What each seed of each row of the tables runs. */
export async function tablePoints(
  files: readonly string[],
  options: TableCommandOptions,
): Promise<Map<string, PointRun>> {
  return pointsOfTables((await resolveTables(files, options)).flatMap(({ table }) => table ?? []));
}

export function pointsOfTables(tables: readonly Table[]): Map<string, PointRun> {
  const points = tables.flatMap((table) =>
    table.rows.flatMap((row) =>
      row.runs.map((run): [string, PointRun] => {
        const { recipe, text } = run;
        const { registry, plugins, blocking, findings } = row;
        const { seed, data, fold } = run;
        const point = {
          row: row.name,
          ...(seed === null ? {} : { seed }),
          ...(data === null ? {} : { 'data.seed': data }),
          ...(fold === null ? {} : { 'data.split.fold': fold }),
        };
        const parent = { name: tableFolderName(table), kind: 'table' as const, point };
        return [pointKey(table, pointName(row, run)), { recipe, text, registry, plugins, blocking, findings, parent }];
      }),
    ),
  );
  return new Map(points);
}

/** A point of one table among those of others. */
export const pointKey = (table: Table, point: string): string => `${tableFolderName(table)}/${point}`;

/** What --set changed is another table, and leaves the one of the file as it is. */
export function tableFolderName({ name, profile, set }: Table): string {
  const hash = createHash('sha256').update(JSON.stringify(set)).digest('hex').slice(0, 8);
  return [name, ...(profile === 'full' ? [] : [profile]), ...(set.length === 0 ? [] : [`set-${hash}`])].join('.');
}
