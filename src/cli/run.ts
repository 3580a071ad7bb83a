import { run } from '../library/index.ts';
import { type EngineOptions, engineOptions } from './engine-options.ts';
import { interruptible } from './interrupt.ts';
import { loadStated, printRecipeError, refusedToBegin } from './load-stated.ts';
import { printQuietEnd } from './notices.ts';
import { paint } from './paint.ts';
import { progressReporter } from './progress.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { printRunJson } from './run-json.ts';
import { printSummary } from './summary.ts';
import { workReporter } from './work-reporter.ts';

export interface RunCommandOptions extends RecipeOptions, EngineOptions {
  store?: string;
  until?: string;
  exact?: boolean;
  /** Names of files in flagged.csv. */
  paths?: boolean;
  quiet?: boolean;
  /** What came of it as JSON, in the place of the summary. */
  json?: boolean;
}

/** `ichor run RECIPE`: 0 done, 1 the run failed, 2 the input is wrong, 129, 130 and 143 interrupted. */
export async function runCommand(file: string, options: RunCommandOptions): Promise<number> {
  const recipe = await loadStated(file, options, (counts) => `${paint.red('not run')}: ${file} (${counts})`);
  if (recipe === null || refusedToBegin(recipe, file)) return 2;
  const quiet = options.quiet ?? false;
  const { store, until, exact, paths } = options;
  const work = run(recipe, {
    ...(store === undefined ? {} : { store }),
    ...(until === undefined ? {} : { until }),
    ...(exact ? { exact } : {}),
    ...(paths ? { paths } : {}),
    ...engineOptions(options),
    onEvent: workReporter(progressReporter({ quiet }), { quiet }),
    signal: interruptible(),
  });
  const done = await work.catch(async (error: unknown) => {
    if (await printRecipeError(error)) return null;
    throw error;
  });
  if (done === null) return 2;
  if (options.json) await printRunJson(done);
  else if (quiet) printQuietEnd(done);
  else await printSummary(done);
  return 0;
}
