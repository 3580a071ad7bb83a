import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { resolveRecipe } from '../registry/resolve.ts';

/** The recipe of this name that came with ichor: a run is compared with it before a figure of the paper stands beside it. */
export async function shippedRecipe(name: string, registry: Registry): Promise<ResolvedRecipe | null> {
  const file = shippedFile(name);
  if (file === null) return null;
  return (await resolveRecipe(file, { registry, set: [], smoke: false, cwd: process.cwd() })).recipe;
}

function shippedFile(name: string): string | null {
  if (!/^[a-z0-9-]+$/.test(name)) return null;
  for (const up of ['../../', '../../../']) {
    const file = fileURLToPath(new URL(`${up}recipes/${name}.yaml`, import.meta.url));
    if (existsSync(file)) return file;
  }
  return null;
}
