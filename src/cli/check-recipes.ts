import { join, relative, resolve } from 'node:path';
import { readdir, stat } from '../files/fs.ts';
import type { Paint } from '../registry/diagnostics/code-frame.ts';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { noRecipes } from '../registry/diagnostics/findings/syntax.ts';
import { formatDiagnostics } from '../registry/diagnostics/format.ts';
import type { Registry } from '../registry/registry.ts';
import { type Resolution, resolveRecipe } from '../registry/resolve/resolve.ts';
import { resolveTable } from '../registry/table/resolve-table.ts';
import type { Table } from '../registry/table/table.ts';
import { findingsAsCalled } from './called.ts';
import { precisionFindings } from './precision-findings.ts';
import { countText, hasErrors, type RecipeOptions } from './recipe.ts';
import { withShippedHint } from './shipped-hint.ts';

/** What was found about one recipe, or about a folder that holds none. */
export interface Checked {
  /** As short as it can be said from the working directory. */
  file: string;
  diagnostics: readonly Diagnostic[];
  resolution: Pick<Resolution, 'sources' | 'sweep'> | null;
  /** What a table is made of; null for a recipe, and for a table with errors. */
  table: Table | null;
  /** Rows that a table has only under a profile of its own, by the profile's name. */
  further?: ReadonlyMap<string, number>;
  valid: boolean;
}

/**
 * Checks each of these recipes. A folder stands for the recipes in it; folders below hold bases and tables, which are
 * none. A table is checked with the recipes of all of its rows.
 */
export async function checkRecipes(
  recipes: readonly string[],
  options: RecipeOptions,
  { cwd, registry }: { cwd: string; registry: Registry },
): Promise<Checked[]> {
  const checked: Checked[] = [];
  for (const recipe of recipes) {
    const path = resolve(cwd, recipe);
    const files = await recipesAt(path);
    if (files.length === 0)
      checked.push({
        file: shown(path, cwd),
        diagnostics: [noRecipes(path)],
        resolution: null,
        table: null,
        valid: false,
      });
    for (const file of files) {
      const { set = [], profile = [], smoke = false, pluginCode = true } = options;
      const resolution = await resolveRecipe(file, { registry, cwd, set, profile, smoke, pluginCode });
      const diagnostics = [...withShippedHint(resolution.diagnostics), ...precisionFindings(resolution)];
      if (diagnostics.some(({ code }) => code === 'is-table')) {
        checked.push(await checkTable(file, options, { cwd, registry }));
        continue;
      }
      const valid = !hasErrors(diagnostics) && resolution.recipe !== null;
      checked.push({ file: shown(file, cwd), diagnostics, resolution, table: null, valid });
    }
  }
  return checked;
}

/** Under the profiles that were named; without any, under each of the table's own as well. */
async function checkTable(
  file: string,
  { set = [], profile = [], smoke = false, pluginCode = true }: RecipeOptions,
  { cwd, registry }: { cwd: string; registry: Registry },
): Promise<Checked> {
  const named = [...profile, ...(smoke ? ['smoke'] : [])];
  const options = { registry, cwd, set, pluginCode };
  const own = await resolveTable(file, { ...options, profile: named });
  const diagnostics = [...own.diagnostics];
  const sources = new Map(own.sources);
  const rows = new Set(own.table?.rows.map((row) => row.name));
  const further = new Map<string, number>();
  for (const name of named.length > 0 ? [] : own.profiles) {
    const under = await resolveTable(file, { ...options, profile: [name] });
    diagnostics.push(
      ...under.diagnostics.filter(({ severity, code }) => severity === 'error' || code.startsWith('claim-')),
    );
    for (const [source, text] of under.sources) sources.set(source, text);
    const more = under.table?.rows.filter((row) => !rows.has(row.name)).length ?? 0;
    if (more > 0) further.set(name, more);
  }
  const found = [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
  const valid = own.table !== null && !hasErrors(found);
  const resolution = { sources, sweep: null };
  return { file: shown(file, cwd), diagnostics: found, resolution, table: own.table, further, valid };
}

async function recipesAt(path: string): Promise<string[]> {
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!folder) return [path];
  const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
  return names.map((name) => join(path, name));
}

function shown(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short !== '' && !short.startsWith('../../..') ? short : path;
}

function tableText({ rows, claims }: Table, further: Checked['further']): string {
  const count = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;
  const runs = rows.reduce((sum, row) => sum + row.runs.length, 0);
  const claimed = claims.length > 0 ? ` and ${count(claims.length, 'claim')}` : '';
  const more = [...(further ?? [])].map(([profile, number]) => `; under ${profile} ${count(number, 'more row')}`);
  return `a table of ${count(rows.length, 'row')}, ${count(runs, 'run')}${claimed}${more.join('')}`;
}

const plainly: Pick<Paint, 'red'> & { green(text: string): string } = { red: (text) => text, green: (text) => text };

/** What a terminal shows of one recipe: its findings (empty: none), and in one line whether it is valid. */
export async function checkedText(
  { file, diagnostics, resolution, table, further, valid }: Checked,
  { cwd, paint }: { cwd: string; paint?: Paint & { green(text: string): string } },
): Promise<{ findings: string; verdict: string }> {
  const sources = resolution?.sources ?? new Map<string, string>();
  const findings = await formatDiagnostics(paint ? findingsAsCalled(diagnostics) : diagnostics, {
    cwd,
    sources,
    ...(paint ? { paint } : {}),
  });
  const points = resolution?.sweep?.points.length;
  const facts = [
    table === null ? '' : tableText(table, further),
    points === undefined ? '' : `a sweep of ${points === 1 ? '1 point' : `${points} points`}`,
    countText(diagnostics),
  ].filter(Boolean);
  const { red, green } = paint ?? plainly;
  const word = valid ? green('valid') : red('invalid');
  return { findings, verdict: `${word}: ${file}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}` };
}
