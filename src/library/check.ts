import { join, resolve } from 'node:path';
import { readdir, stat } from '../files/fs.ts';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { noRecipes } from '../registry/diagnostics/findings/syntax.ts';
import { resolveTable } from '../registry/table/resolve-table.ts';
import type { Table } from '../registry/table/table.ts';
import { decayFindings } from './decay-findings.ts';
import { memoryFindings } from './memory-findings.ts';
import { assignments, checkedOptions, checkedText, type RecipeOptions, shown, wrongOption } from './options.ts';
import { precisionFindings } from './precision-findings.ts';
import { type Recipe, recipeOf, resolveStated } from './recipe.ts';
import { openRegistry } from './registry.ts';
import { trainingFindings } from './training-findings.ts';

/** What was found about one recipe or table, or about a folder that holds none. */
export interface Checked {
  /** Absolute. */
  file: string;
  /** No finding is an error. */
  valid: boolean;
  /** Null where it is not valid, and for a table. */
  recipe: Recipe | null;
  /** What a table is made of; null for a recipe, and for a table with errors. */
  table: CheckedTable | null;
  /** Points of a recipe that is a sweep; null for all others. */
  points: number | null;
  /** Everything that was found, errors first, each with its file, line and what to do. */
  diagnostics: readonly Diagnostic[];
  /** Texts of the files that they point into, by their paths. */
  sources: ReadonlyMap<string, string>;
}

export interface CheckedTable {
  rows: number;
  runs: number;
  claims: number;
  /** Rows that it has only under a profile of its own, by the profile's name. */
  further: Readonly<Record<string, number>>;
}

/**
 * Says everything that is wrong with a recipe, or with a table and the recipes of its rows. Needs no data, weights or engine.
 * What is wrong is data: this throws for wrong options alone.
 * @param file from `cwd`
 *
 * Throws IchorError `wrong-option` (exit 2).
 */
export async function check(file: string, options?: RecipeOptions): Promise<Checked> {
  const resolution = await resolveStated('check', file, options);
  const { sources, files, sweep } = resolution;
  // A run says it for itself, where its stages compute.
  const diagnostics = [
    ...trainingFindings(resolution),
    ...decayFindings(resolution),
    ...resolution.diagnostics,
    ...precisionFindings(resolution),
    ...memoryFindings(resolution),
  ];
  const path = resolve(options?.cwd ?? process.cwd(), file);
  if (diagnostics.some(({ code }) => code === 'is-table')) return checkTable(path, checkedOptions('check', options));
  const valid = !hasErrors(diagnostics) && resolution.recipe !== null;
  return {
    file: files.at(-1) ?? path,
    valid,
    recipe: valid ? recipeOf(resolution) : null,
    table: null,
    points: sweep?.points.length ?? null,
    diagnostics,
    sources,
  };
}

/**
 * Checks each of these recipes and tables. A folder stands for the recipes in it; folders below hold bases and tables, which
 * are none.
 */
export async function checkAll(places: readonly string[], options?: RecipeOptions): Promise<Checked[]> {
  if (!Array.isArray(places))
    throw wrongOption(`checkAll() takes a list of paths first, and was given ${shown(places)}.`, 'check() takes one.');
  const stated = checkedOptions('checkAll', options);
  const cwd = resolve(stated.cwd ?? process.cwd());
  const checked: Checked[] = [];
  for (const place of places) {
    const path = resolve(cwd, checkedText('checkAll', 'paths of recipes', place));
    const files = await recipesAt(path);
    if (files.length === 0)
      checked.push({
        file: path,
        valid: false,
        recipe: null,
        table: null,
        points: null,
        diagnostics: [noRecipes(path)],
        sources: new Map(),
      });
    for (const file of files) checked.push(await check(file, stated));
  }
  return checked;
}

/** Under the profiles that were named; without any, under each of the table's own as well. */
async function checkTable(
  file: string,
  { set, profile = [], track = [], smoke = false, pluginCode = true, cwd }: RecipeOptions,
): Promise<Checked> {
  const named = [...profile, ...(smoke ? ['smoke'] : [])];
  const options = {
    registry: openRegistry(),
    set: assignments(set),
    track,
    pluginCode,
    ...(cwd === undefined ? {} : { cwd }),
  };
  const own = await resolveTable(file, { ...options, profile: named });
  const diagnostics = [...own.diagnostics];
  const sources = new Map(own.sources);
  const rows = new Set(own.table?.rows.map((row) => row.name));
  const further: Record<string, number> = {};
  for (const name of named.length > 0 ? [] : own.profiles) {
    const under = await resolveTable(file, { ...options, profile: [name] });
    diagnostics.push(
      ...under.diagnostics.filter(({ severity, code }) => severity === 'error' || code.startsWith('claim-')),
    );
    for (const [source, text] of under.sources) sources.set(source, text);
    const more = under.table?.rows.filter((row) => !rows.has(row.name)).length ?? 0;
    if (more > 0) further[name] = more;
  }
  const found = [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
  const valid = own.table !== null && !hasErrors(found);
  return {
    file,
    valid,
    recipe: null,
    table: own.table === null ? null : tableOf(own.table, further),
    points: null,
    diagnostics: found,
    sources,
  };
}

const tableOf = ({ rows, claims }: Table, further: Record<string, number>): CheckedTable => ({
  rows: rows.length,
  runs: rows.reduce((sum, row) => sum + row.runs.length, 0),
  claims: claims.length,
  further,
});

async function recipesAt(path: string): Promise<string[]> {
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!folder) return [path];
  const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
  return names.map((name) => join(path, name));
}

const hasErrors = (diagnostics: readonly Diagnostic[]) => diagnostics.some(({ severity }) => severity === 'error');
