import { type Plan, plan } from '../library/index.ts';
import { asCalled } from './called.ts';
import { type EngineOptions, engineOptions } from './engine-options.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';
import { loadStated, printRecipeError } from './load-stated.ts';
import { machineText } from './machine-text.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { planText } from './plan-text.ts';
import { progressReporter } from './progress.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { workReporter } from './work-reporter.ts';

export interface PlanCommandOptions extends RecipeOptions, EngineOptions {
  store?: string;
  until?: string;
  exact?: boolean;
  /** Time steps of the networks first. */
  measure?: boolean;
  format: 'text' | 'json';
  json?: boolean;
}

/** `ichor plan RECIPE`: 0 said, 2 the recipe is invalid. Creates nothing. */
export async function planCommand(file: string, options: PlanCommandOptions): Promise<number> {
  const recipe = await loadStated(file, options, () => `${paint.red('no plan')}: ${file} is invalid`);
  if (recipe === null) return 2;
  const { store, until, exact, measure } = options;
  const work = plan(recipe, {
    ...(store === undefined ? {} : { store }),
    ...(until === undefined ? {} : { until }),
    ...(exact ? { exact } : {}),
    ...(measure ? { measure } : {}),
    ...engineOptions(options),
    onEvent: workReporter(progressReporter({}), { quiet: true }),
    signal: interruptible(),
  });
  const planned = await work.catch(async (error: unknown) => {
    if (await printRecipeError(error)) return null;
    throw error;
  });
  if (planned === null) return 2;
  for (const { code, message, hint } of planned.problems) tell('a run would stop', code, message, hint);
  for (const { code, message, hint } of planned.warnings) tell('warning', code, message, hint);
  if (options.json) return printJson(factsOf(planned));
  if (options.format === 'json') {
    process.stdout.write(`${JSON.stringify(factsOf(planned), null, 2)}\n`);
    return 0;
  }
  const machine = planned.engine === null ? '' : machineText(planned.machine);
  const engine = planned.engine === null ? '' : `  ${planned.engine.kind}, ${planned.engine.version}${machine}`;
  process.stdout.write(
    `${[paint.bold(planned.recipe), ...planned.marks].join('  ')}${engine}  store ${shown(planned.store)}\n\n`,
  );
  process.stdout.write(`${planText(planned, recipe.sources)}\n`);
  return 0;
}

function tell(what: string, code: string, message: string, hint: string | null): void {
  process.stderr.write(`${paint.yellow(what)} ${paint.dim(code)}: ${asCalled(message)}\n`);
  if (hint) process.stderr.write(`  ${paint.bold('hint')}: ${asCalled(hint)}\n`);
}

/** Its sentences on machines stand there once. */
const factsOf = ({ machineNotes: _, ...facts }: Plan) => facts;
