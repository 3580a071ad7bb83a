import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../registry/diagnostic.ts';
import { noRecipes } from '../registry/findings/syntax.ts';
import { formatDiagnostics } from '../registry/format.ts';
import type { Paint } from '../registry/frame.ts';
import type { Registry } from '../registry/registry.ts';
import { type Resolution, resolveRecipe } from '../registry/resolve.ts';
import { countText, hasErrors, type RecipeOptions } from './recipe.ts';

/** What was found about one recipe, or about a folder that holds none. */
export interface Checked {
  /** As short as it can be said from the working directory. */
  file: string;
  diagnostics: readonly Diagnostic[];
  resolution: Resolution | null;
  valid: boolean;
}

/** Checks each of these recipes. A folder stands for the recipes in it; folders below hold bases and tables, which are none. */
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
      checked.push({ file: shown(path, cwd), diagnostics: [noRecipes(path)], resolution: null, valid: false });
    for (const file of files) {
      const { set = [], profile = [], smoke = false, pluginCode = true } = options;
      const resolution = await resolveRecipe(file, { registry, cwd, set, profile, smoke, pluginCode });
      const { diagnostics } = resolution;
      const valid = !hasErrors(diagnostics) && resolution.recipe !== null;
      checked.push({ file: shown(file, cwd), diagnostics, resolution, valid });
    }
  }
  return checked;
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

const plainly: Pick<Paint, 'red'> & { green(text: string): string } = { red: (text) => text, green: (text) => text };

/** What a terminal shows of one recipe: its findings (empty: none), and in one line whether it is valid. */
export async function checkedText(
  { file, diagnostics, resolution, valid }: Checked,
  { cwd, paint }: { cwd: string; paint?: Paint & { green(text: string): string } },
): Promise<{ findings: string; verdict: string }> {
  const sources = resolution?.sources ?? new Map<string, string>();
  const findings = await formatDiagnostics(diagnostics, { cwd, sources, ...(paint ? { paint } : {}) });
  const points = resolution?.sweep?.points.length;
  const facts = [
    points === undefined ? '' : `a sweep of ${points === 1 ? '1 point' : `${points} points`}`,
    countText(diagnostics),
  ].filter(Boolean);
  const { red, green } = paint ?? plainly;
  const word = valid ? green('valid') : red('invalid');
  return { findings, verdict: `${word}: ${file}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}` };
}
