import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { formatGithub } from '../registry/diagnostics/format-github.ts';
import { formatJson } from '../registry/diagnostics/format-json.ts';
import { type Checked, checkedText, checkRecipes } from './check-recipes.ts';
import { type HeldOutput, holdOutput } from './held-output.ts';
import { endAtSignals } from './interrupt.ts';
import { paint } from './paint.ts';
import type { RecipeOptions } from './recipe.ts';
import { openRegistry } from './registry.ts';

export interface CheckOptions extends RecipeOptions {
  format?: 'text' | 'json' | 'github';
  quiet?: boolean;
}

/** `ichor check RECIPE…`: 0 where all of them are valid, 2 where one is not. */
export async function checkCommand(recipes: readonly string[], options: CheckOptions): Promise<number> {
  const cwd = process.cwd();
  // Functions of plugins may hold the thread too, and nothing is begun here.
  const listenAgain = endAtSignals();
  const output = holdOutput();
  try {
    const checked = await checkRecipes(recipes, options, { cwd, registry: openRegistry() });
    await output.settled();
    if (options.format === 'json' || options.format === 'github') {
      const format = options.format === 'json' ? formatJson : formatGithub;
      const text = format(once(checked.flatMap(({ diagnostics }) => diagnostics)), { cwd });
      if (text !== '') output.write(`${text}\n`);
    } else await printText(checked, output, options.quiet ?? false, cwd);
    return checked.every(({ valid }) => valid) && !output.failed() ? 0 : 2;
  } finally {
    output.release();
    listenAgain();
  }
}

/** Findings and what is invalid on standard error, what is valid on standard output. */
async function printText(checked: readonly Checked[], output: HeldOutput, quiet: boolean, cwd: string): Promise<void> {
  for (const [index, one] of checked.entries()) {
    const { findings, verdict } = await checkedText(one, { cwd, paint });
    if (findings !== '') process.stderr.write(`${index > 0 ? '\n' : ''}${findings}\n`);
    if (!one.valid) process.stderr.write(`${verdict}\n`);
    else if (!quiet) output.write(`${verdict}\n`);
  }
}

/** What stands in a base is found again with each recipe that extends it. */
function once(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
}
