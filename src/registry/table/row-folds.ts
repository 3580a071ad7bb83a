import {
  foldStated,
  splitOfSequence as sequenceSplit,
  splitBySlice,
  splitStated,
} from '../diagnostics/findings/table-folds.ts';
import { FOLDS } from '../kinds/common.ts';
import type { ResolvedRecipe } from '../recipe.ts';
import type { Registry } from '../registry.ts';
import type { Assignment } from '../resolve/steps/override.ts';
import { SMOKE, SMOKE_LABELLED } from '../resolve/steps/profile.ts';
import { inSweep } from '../resolve/steps/sweep.ts';
import type { Path } from '../values/path.ts';
import { nodeOf, type Plain } from '../values/value.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';
import { splitOfSequence } from './other-patients.ts';

/** Into how many folds the patients of a row are dealt: the row's own number, else the table's; null: its recipe's split. */
export const rowFolds = (table: OpenTable, { stated }: NamedRow): number | null =>
  stated.folds ?? table.loaded.stated?.folds ?? null;

/** Where the number of folds is stated. */
const foldsPath = ({ path, stated }: NamedRow): Path => (stated.folds === undefined ? ['folds'] : [...path, 'folds']);

/** Values over a recipe that let one fold of its patients validate. `type`: the split that it takes for that. */
export function foldOver(
  table: OpenTable,
  row: NamedRow,
  { type, folds, fold }: { type: string | null; folds: number; fold: number },
): Assignment[] {
  const place = table.place(foldsPath(row));
  const over = (path: readonly string[], value: Plain): Assignment => ({
    text: path.join('.'),
    parts: path.map((part) => ({ part, place })),
    value: inSweep(nodeOf(value, place, 'recipe')),
  });
  return [
    ...(type === null ? [] : [over(['data', 'split', 'type'], type)]),
    over(['data', 'split', 'folds'], folds),
    over(['data', 'split', 'fold'], fold),
    // Each fold takes a patient, and a smoke run keeps a few studies.
    ...(table.names.includes(SMOKE) && folds > SMOKE_LABELLED ? [over(['data', 'limit', 'labelled'], folds)] : []),
  ];
}

/** The split that deals the patients of this recipe: null is its own, which has folds already. `refused`: why is told. */
export function foldSplit(
  table: OpenTable,
  row: NamedRow,
  recipe: ResolvedRecipe,
  registry: Registry,
): string | null | 'refused' {
  const path = foldsPath(row);
  const place = table.place(path);
  if (splitOfSequence(recipe) !== 'same') {
    table.fail(sequenceSplit(place, path, row.name));
    return 'refused';
  }
  const { split } = recipe.data;
  const contract = registry.get('split', split.type)?.contract(split);
  if (contract?.folds !== undefined) return null;
  if (contract?.by !== 'slice') return FOLDS;
  table.fail(splitBySlice(place, path, row.name, split.type));
  return 'refused';
}

/** What sets the split on the command line, which stands above the table. */
const SETS_SPLIT = /^\s*data(\.split(\.\w+)?)?\s*=/;

/** Whether the row, or the command line, sets folds beside those of the table, which is told. */
export function foldsTwice(table: OpenTable, row: NamedRow): boolean {
  const key = statesFold(row);
  const below: Path = [...row.path, 'set', key ?? ''];
  const argument = table.set.findIndex((text) => SETS_SPLIT.test(text));
  if (key !== undefined) table.fail(foldStated(table.node(below)?.key ?? table.place(below), below));
  if (argument >= 0) table.fail(splitStated({ file: '--set', line: argument + 1, column: 1 }, ['data', 'split']));
  return key !== undefined || argument >= 0;
}

/** What the row sets of the folds itself. */
const statesFold = ({ stated }: NamedRow): string | undefined =>
  Object.entries(stated.set ?? {}).find(
    ([text, value]) =>
      text === 'data.split.fold' ||
      text === 'data.split.folds' ||
      (text === 'data.split' && hasFold(value)) ||
      (text === 'data' && isBlock(value) && hasFold(value.split)),
  )?.[0];

const isBlock = (value: Plain | undefined): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasFold = (value: Plain | undefined): boolean =>
  isBlock(value) && (value.fold !== undefined || value.folds !== undefined);
