import { isRecipeError, loadRecipe, type Recipe } from '../library/index.ts';
import { asCalled } from './called.ts';
import { countText, printFound } from './findings.ts';
import { answersInJson, jsonError, printJsonError } from './json.ts';
import { paint } from './paint.ts';
import { type RecipeOptions, recipeOptions } from './recipe-options.ts';

/** Reads a recipe and prints all that was found in it. Null where it is not in order, which was said: the status is 2. */
export async function loadStated(
  file: string,
  options: RecipeOptions,
  /** In one line, of a recipe that is not in order. */
  verdict: (counts: string) => string,
): Promise<Recipe | null> {
  try {
    const recipe = await loadRecipe(file, recipeOptions(options));
    await printFound(recipe.diagnostics, recipe.sources);
    return recipe;
  } catch (error) {
    if (!(await printRecipeError(error))) throw error;
    if (isRecipeError(error)) process.stderr.write(`${verdict(countText(error.diagnostics))}\n`);
    return null;
  }
}

/** Prints the findings of an error that has them; false of any other. */
export async function printRecipeError(error: unknown): Promise<boolean> {
  if (!isRecipeError(error)) return false;
  await printFound(error.diagnostics, error.sources);
  const { diagnostics } = error;
  if (answersInJson()) printJsonError(jsonError(error), { diagnostics });
  return true;
}

/** Says that a run does not begin although nothing is wrong with the recipe; false where it does. */
export function refusedToBegin({ blocking, diagnostics }: Recipe, file: string): boolean {
  if (blocking.length === 0) return false;
  process.stderr.write(`${paint.red('not run')}: ${file} (${countText(diagnostics)})\n`);
  for (const { hint } of blocking) if (hint) process.stderr.write(`  ${paint.bold('hint')}: ${asCalled(hint)}\n`);
  const [first] = blocking;
  if (answersInJson() && first !== undefined) printJsonError(jsonError(first), { diagnostics: blocking });
  return true;
}
