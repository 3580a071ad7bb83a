import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Diagnostic } from '../registry/diagnostic.ts';
import { noRecipes } from '../registry/findings/syntax.ts';
import { formatGithub } from '../registry/format-github.ts';
import { formatJson } from '../registry/format-json.ts';
import { type Resolution, resolveRecipe } from '../registry/resolve.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { countText, hasErrors, printDiagnostics, type RecipeOptions } from './recipe.ts';
import { openRegistry } from './registry.ts';

export const FORMATS = ['text', 'json', 'github'] as const;
export type Format = (typeof FORMATS)[number];

export interface CheckOptions extends RecipeOptions {
  format?: Format;
  quiet?: boolean;
}

/** What was found about one recipe, or about a folder that holds none. */
interface Checked {
  file: string;
  diagnostics: readonly Diagnostic[];
  resolution: Resolution | null;
}

/** `ichor check RECIPE…`: 0 where all of them are valid, 2 where one is not. */
export async function checkCommand(recipes: readonly string[], options: CheckOptions): Promise<number> {
  const format = options.format ?? 'text';
  const registry = openRegistry();
  const checked: Checked[] = [];
  for (const recipe of recipes) {
    const files = await recipesAt(resolve(recipe));
    if (files.length === 0) checked.push({ file: recipe, diagnostics: [noRecipes(resolve(recipe))], resolution: null });
    for (const file of files) {
      const resolution = await resolveRecipe(file, { registry, cwd: process.cwd(), ...optionsOf(options) });
      checked.push({ file: shown(file), diagnostics: resolution.diagnostics, resolution });
    }
  }
  if (format === 'text') for (const one of checked) await printText(one, options.quiet ?? false);
  else {
    const found = once(checked.flatMap(({ diagnostics }) => diagnostics));
    const text = (format === 'json' ? formatJson : formatGithub)(found, { cwd: process.cwd() });
    if (text !== '') process.stdout.write(`${text}\n`);
  }
  return checked.some(isInvalid) ? 2 : 0;
}

const optionsOf = ({ set, profile, smoke, pluginCode }: RecipeOptions) => ({
  set: set ?? [],
  profile: profile ?? [],
  smoke: smoke ?? false,
  pluginCode: pluginCode ?? true,
});

/** A folder stands for the recipes in it. Folders below hold bases and tables, which are no recipes. */
async function recipesAt(path: string): Promise<string[]> {
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!folder) return [path];
  const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
  return names.map((name) => join(path, name));
}

const isInvalid = ({ diagnostics, resolution }: Checked): boolean =>
  hasErrors(diagnostics) || resolution?.recipe === null;

async function printText({ file, diagnostics, resolution }: Checked, quiet: boolean): Promise<void> {
  await printDiagnostics(diagnostics, resolution?.sources ?? new Map());
  const counts = countText(diagnostics);
  if (isInvalid({ file, diagnostics, resolution })) {
    process.stderr.write(`${paint.red('invalid')}: ${file} (${counts})\n`);
    return;
  }
  const points = resolution?.sweep?.points.length;
  const facts = [points === undefined ? '' : `a sweep of ${points} points`, counts].filter(Boolean).join('; ');
  if (!quiet) process.stdout.write(`${paint.green('valid')}: ${file}${facts ? ` (${facts})` : ''}\n`);
}

/** What stands in a base is found again with each recipe that extends it. */
function once(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
}
