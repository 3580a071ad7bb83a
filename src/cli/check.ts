import { type Checked, checkAll, type Diagnostic, formatFindings } from '../library/index.ts';
import { checkedText } from './checked-text.ts';
import { type HeldOutput, holdOutput } from './held-output.ts';
import { endAtSignals } from './interrupt.ts';
import { envelope } from './json.ts';
import { paint } from './paint.ts';
import { type RecipeOptions, recipeOptions } from './recipe-options.ts';
import { relativeTo } from './relative-to.ts';

export interface CheckOptions extends RecipeOptions {
  format?: 'text' | 'json' | 'github';
  quiet?: boolean;
  json?: boolean;
}

/** `ichor check RECIPE…`: 0 where all of them are valid, 2 where one is not. */
export async function checkCommand(recipes: readonly string[], options: CheckOptions): Promise<number> {
  const cwd = process.cwd();
  // Functions of plugins may hold the thread too, and nothing is begun here.
  const listenAgain = endAtSignals();
  const output = holdOutput();
  try {
    const checked = await checkAll(recipes, recipeOptions(options));
    await output.settled();
    const valid = checked.every((one) => one.valid) && !output.failed();
    if (options.json)
      output.write(`${JSON.stringify({ ...envelope(valid), ...(await factsOf(checked, cwd)) }, null, 2)}\n`);
    else if (options.format === 'json') output.write(`${await rowsOf(checked, cwd)}\n`);
    else if (options.format === 'github') {
      const text = await formatFindings(allOf(checked), { format: 'github', cwd });
      if (text !== '') output.write(`${text}\n`);
    } else await printText(checked, output, options.quiet ?? false, cwd);
    return valid ? 0 : 2;
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
const allOf = (checked: readonly Checked[]): Diagnostic[] => [
  ...new Map(checked.flatMap(({ diagnostics }) => diagnostics).map((one) => [JSON.stringify(one), one])).values(),
];

/** Findings for programs, every key always there; files from the working directory, with `/`. */
const rowsOf = (checked: readonly Checked[], cwd: string): Promise<string> =>
  formatFindings(allOf(checked), { format: 'json', cwd });

const factsOf = async (checked: readonly Checked[], cwd: string) => ({
  recipes: checked.map(({ file, valid, recipe, table, points }) => ({
    file: relativeTo(file, cwd),
    valid,
    name: recipe?.name ?? null,
    hash: recipe?.hash ?? null,
    points,
    table,
  })),
  diagnostics: JSON.parse(await rowsOf(checked, cwd)) as Diagnostic[],
});
