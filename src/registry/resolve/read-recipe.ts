import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { notUtf8, recipeMissing, recipeTooLarge } from '../diagnostics/findings/syntax.ts';
import { nearest } from '../diagnostics/nearest.ts';

const LARGEST_BYTES = 1_000_000;

export type RecipeText = { text: string } | { problem: Diagnostic };

/** Reads the text of a recipe. Never throws for what a file may be: a folder, a pipe, 50 MB, no UTF-8. */
export type ReadRecipe = (file: string) => Promise<RecipeText>;

export const readRecipe: ReadRecipe = async (file) => {
  try {
    // Before it is opened: opening a pipe would wait for a writer.
    const status = await stat(file);
    if (!status.isFile())
      return { problem: recipeMissing(file, status.isDirectory() ? 'it is a folder' : 'it is no file') };
    if (status.size > LARGEST_BYTES) return { problem: recipeTooLarge(file, LARGEST_BYTES) };
    return decode(file, await readFile(file));
  } catch (error) {
    return { problem: recipeMissing(file, reason(error), await similar(file)) };
  }
};

/** UTF-8 with or without a byte order mark. */
export function decode(file: string, bytes: Uint8Array): RecipeText {
  if (bytes.length > LARGEST_BYTES) return { problem: recipeTooLarge(file, LARGEST_BYTES) };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { problem: notUtf8(file) };
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'reading it is not permitted';
  return String((error as Error).message ?? error);
}

async function similar(file: string): Promise<string | undefined> {
  const near = await nearestFile(file);
  if (near) return `Did you mean ${basename(near)}?`;
  // Of the folder below nothing is meant that is only called much the same.
  const below = await readdir(join(dirname(file), RECIPES)).catch(() => [] as string[]);
  const same = [basename(file), `${basename(file)}.yaml`].find((name) => /\.ya?ml$/.test(name) && below.includes(name));
  return same === undefined ? undefined : `Did you mean ${RECIPES}/${same}?`;
}

/** Where recipes are kept that lie apart from the rest of a project. */
const RECIPES = 'recipes';

/** Path of the YAML file of the same folder whose name is nearest, or null. */
export async function nearestFile(file: string): Promise<string | null> {
  const names = await readdir(dirname(file)).catch(() => []);
  const name = basename(file);
  const recipes = names.filter((other) => /\.ya?ml$/.test(other));
  const near = recipes.find((other) => other === `${name}.yaml`) ?? nearest(name, recipes);
  return near === null ? null : file.slice(0, file.length - name.length) + near;
}
