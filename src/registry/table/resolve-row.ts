import { resolve as absolute, relative } from 'node:path';
import { rowIsSweep, rowNoSweep, rowRecipeMissing, rowRecipeOutside } from '../diagnostics/findings/tables.ts';
import { contained } from '../resolve/containment.ts';
import { nearestFile, readRecipe } from '../resolve/read-recipe.ts';
import { resolveRecipe } from '../resolve/resolve.ts';
import type { Assignment } from '../resolve/steps/override.ts';
import type { Path } from '../values/path.ts';
import type { Node } from '../values/value.ts';
import { SETS_SEED } from './check-command-line.ts';
import { dataSeedOver, dataSeeds } from './data-seeds.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';
import type { RowFindings } from './row-findings.ts';
import { foldOver, foldSplit, foldsTwice, rowFolds } from './row-folds.ts';
import { rowSeeds } from './row-seeds.ts';
import { rowValues } from './row-values.ts';
import { onAllData, onAllFolds, rowsOfResolution } from './rows-of-resolution.ts';
import type { TableRow } from './table.ts';

/** A row with a recipe, or with a sweep: then a row for each setting. Null where it has an error, which is told. */
export async function resolveRow(table: OpenTable, row: NamedRow, told: RowFindings): Promise<TableRow[] | null> {
  const { stated, path } = row;
  const kind = stated.recipe !== undefined ? 'recipe' : 'sweep';
  const file = stated.recipe ?? stated.sweep;
  if (file === undefined) return null;
  const filePath: Path = [...path, kind];
  const target = contained(file, table.loaded.file, table.cwd);
  if (target === null) return table.fail(rowRecipeOutside(table.place(filePath), filePath, file));
  const over = rowValues(table, row);
  const seeds = rowSeeds(table, row);
  const data = dataSeeds(table, row);
  if (data === 'refused') return null;
  const made: TableRow[][] = [];
  // What is wrong with a recipe is wrong with it on each data set, and in each fold, and told once.
  for (const [index, one] of data.entries()) {
    const work = { table, row, kind, file, target, over, seeds, told: index === 0 ? told : null } as const;
    const rows = await rowsInFolds(one, work);
    if (rows === null) return null;
    made.push(rows);
  }
  return onAllData(made);
}

/** The row on one data set, in each of its folds where it has some. */
async function rowsInFolds(data: Node | null, work: RowWork): Promise<TableRow[] | null> {
  const { table, row } = work;
  const folds = rowFolds(table, row);
  if (folds === null) return rowsOn(data, null, work);
  if (foldsTwice(table, row)) return null;
  // As it stands the recipe says what it splits by; what is to be told of it is told of its first fold, if it gets that far.
  const whole = await rowsOn(data, null, { ...work, told: null });
  if (whole === null) return rowsOn(data, null, work);
  const [first] = whole;
  const recipe = first?.runs[0]?.recipe();
  if (first === undefined || recipe === undefined) return whole;
  const type = foldSplit(table, row, recipe, first.registry);
  if (type === 'refused') return null;
  const made: TableRow[][] = [];
  for (let fold = 0; fold < folds; fold++) {
    const over = [...(work.over ?? []), ...foldOver(table, row, { type, folds, fold })];
    const rows = await rowsOn(data, fold, { ...work, over, told: fold === 0 ? work.told : null });
    if (rows === null) return null;
    made.push(rows);
  }
  return onAllFolds(made);
}

interface RowWork {
  table: OpenTable;
  row: NamedRow;
  kind: 'recipe' | 'sweep';
  file: string;
  /** The same, absolute. */
  target: string;
  over: Assignment[] | null;
  seeds: readonly Node[] | null;
  /** Null where its findings are told already. */
  told: RowFindings | null;
}

/** The row, or the rows of its sweep, on one data set and in one fold. */
async function rowsOn(
  data: Node | null,
  fold: number | null,
  { table, row, kind, file, target, over, seeds, told }: RowWork,
): Promise<TableRow[] | null> {
  const { stated, path, name } = row;
  const filePath: Path = [...path, kind];
  const { registry, pluginCode = true, read = readRecipe } = table.options;
  const resolution = await resolveRecipe(target, {
    registry,
    profile: table.names,
    set: table.set.filter((argument) => !SETS_SEED.test(argument)),
    track: table.options.track ?? [],
    over: [...(over ?? []), ...(data === null ? [] : [dataSeedOver(data)])],
    ...(seeds ? { seeds } : {}),
    cwd: table.cwd,
    pluginCode,
    read,
  });
  for (const [source, text] of resolution.sources) if (!table.sources.has(source)) table.sources.set(source, text);
  const missing = resolution.diagnostics.find((one) => one.code === 'recipe-missing' && one.file === target);
  if (missing) {
    const near = await nearestFile(target);
    const why = missing.message.slice(missing.message.lastIndexOf(': ') + 2, -1);
    const shown = near && relative(absolute(table.loaded.file, '..'), near);
    return table.fail(rowRecipeMissing(table.place(filePath), filePath, file, why, shown));
  }
  told?.add(resolution.diagnostics, row);
  if (over === null || resolution.recipe === null || resolution.sweep === null) {
    const valid = resolution.recipe !== null && kind === 'sweep' && resolution.sweep === null;
    return valid ? table.fail(rowNoSweep(table.place(filePath), filePath, file)) : null;
  }
  if (kind === 'recipe' && resolution.sweep.stated)
    return table.fail(rowIsSweep(table.place(filePath), filePath, file));
  if (kind === 'sweep' && !resolution.sweep.stated)
    return table.fail(rowNoSweep(table.place(filePath), filePath, file));
  return rowsOfResolution(resolution, {
    name,
    at: table.shown(row.place),
    set: stated.set ?? {},
    file: target,
    note: stated.note ?? null,
    profile: table.names,
    data: data === null ? null : data.kind === 'scalar' ? (data.value as number) : null,
    fold,
  });
}
