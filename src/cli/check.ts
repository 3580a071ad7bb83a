import { paint } from './paint.ts';
import { countText, hasErrors, loadRecipe, type RecipeOptions } from './recipe.ts';
import { openRegistry } from './registry.ts';

/** `ichor check RECIPE`: 0 valid, 2 not. */
export async function checkCommand(file: string, options: RecipeOptions & { quiet?: boolean }): Promise<number> {
  const { recipe, diagnostics } = await loadRecipe(file, options, openRegistry());
  const counts = countText(diagnostics);
  if (hasErrors(diagnostics) || recipe === null) {
    process.stderr.write(`${paint.red('invalid')}: ${file} (${counts})\n`);
    return 2;
  }
  if (!options.quiet) process.stdout.write(`${paint.green('valid')}: ${file}${counts ? ` (${counts})` : ''}\n`);
  return 0;
}
