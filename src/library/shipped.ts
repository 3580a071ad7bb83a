import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync, readdirSync } from '../files/fs.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { resolveRecipe } from '../registry/resolve/resolve.ts';

/** The recipe of this name that came with ichor: a run is compared with it before a figure of the paper stands beside it. */
export async function shippedRecipe(name: string, registry: Registry): Promise<ResolvedRecipe | null> {
  const file = shippedFile(name);
  if (file === null) return null;
  return (await resolveRecipe(file, { registry, set: [], smoke: false, cwd: shippedPackage() })).recipe;
}

function shippedFile(name: string): string | null {
  return shippedNames().includes(name) ? join(shippedPackage(), 'recipes', `${name}.yaml`) : null;
}

/** Names of the recipes that came with ichor. */
export function shippedNames(): string[] {
  return readdirSync(join(shippedPackage(), 'recipes'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .sort();
}

/** Folders below `recipes/` with recipes and tables of their own; base/ has parts of recipes. */
const FOLDERS = ['controls', 'ablations', 'as-released', 'ct-ich', 'rsna-slices', 'tables'];

/** All recipes and tables that came with ichor, by their paths: `quickstart`, `controls/crossfit`, `tables/table-2`. */
export function shippedPaths(): string[] {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(join(shippedPackage(), 'recipes', folder))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => `${folder}/${basename(name, '.yaml')}`)
      .sort(),
  );
  return [...shippedNames(), ...below];
}

/** The folder of the package: two levels above the sources, three above what is built of them. */
export function shippedPackage(): string {
  for (const up of ['../../', '../../../']) {
    const folder = fileURLToPath(new URL(up, import.meta.url));
    if (existsSync(join(folder, 'recipes'))) return folder;
  }
  throw new Error('This installation of ichor has no recipes.');
}
