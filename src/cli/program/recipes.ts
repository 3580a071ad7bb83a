import { type Command, Option } from 'commander';
import { endWith } from '../end.ts';
import {
  collect,
  dryRun,
  eager,
  engine,
  exact,
  format,
  identityKey,
  jobs,
  jobsOfRun,
  jobsPlan,
  json,
  on,
  onConfig,
  paths,
  pluginCode,
  profile,
  quiet,
  quietRun,
  set,
  smoke,
  store,
  textOrJson,
  threads,
  track,
  trustSizes,
} from './options.ts';

/** Commands that take a recipe. */
export function addRecipeCommands(ichor: Command): void {
  ichor
    .command('run')
    .description('run a recipe: the stages that are missing, then the report')
    .argument('<recipe>', 'a recipe file')
    .addOption(profile())
    .addOption(set())
    .addOption(track())
    .addOption(store())
    .addOption(engine())
    .addOption(threads())
    .addOption(eager())
    .addOption(exact())
    .addOption(trustSizes())
    .addOption(identityKey())
    .addOption(paths())
    .option('--until <stage>', 'stop after this stage (index, shards, predict:backbone, ...)')
    .addOption(smoke())
    .addOption(on())
    .addOption(onConfig())
    .addOption(dryRun())
    .addOption(jobsOfRun())
    .addOption(jobsPlan())
    .addOption(quietRun())
    .addOption(json())
    .action(async (recipe: string, options) =>
      endWith(
        options.on === undefined &&
          options.onConfig === undefined &&
          options.jobs === undefined &&
          !options.plan &&
          !options.dryRun
          ? await (await import('../run.ts')).runCommand(recipe, options)
          : await (await import('../jobs/run-on.ts')).runOnCommand(recipe, options),
      ),
    );

  ichor
    .command('plan')
    .description('say what a run would do, why, and what it would take; without doing any of it')
    .argument('<recipe>', 'a recipe file')
    .addOption(profile())
    .addOption(set())
    .addOption(store())
    .addOption(engine())
    .addOption(threads())
    .addOption(eager())
    .addOption(exact())
    .addOption(trustSizes())
    .addOption(identityKey())
    .option('--until <stage>', 'stop after this stage (index, shards, predict:backbone, ...)')
    .option('--measure', 'time some training steps of its networks on this machine first; takes the memory of a run')
    .addOption(smoke())
    .addOption(textOrJson())
    .addOption(json())
    .action(async (recipe: string, options) =>
      endWith(await (await import('../plan.ts')).planCommand(recipe, options)),
    );

  ichor
    .command('diff')
    .description('say in what two recipes or two runs differ, and which stages that touches')
    .argument('<a>', 'a recipe file, or a run: its name, its recipe (the newest as the file stands), or its folder')
    .argument('<b>', 'what it is compared with')
    .addOption(store())
    .addOption(textOrJson())
    .addOption(json())
    .action(async (a: string, b: string, options) =>
      endWith(await (await import('../diff.ts')).diffCommand(a, b, options)),
    );

  ichor
    .command('check')
    .description('say everything that is wrong with recipes, without data, weights or engine')
    .argument('<recipe...>', 'recipe files; a folder stands for the recipes in it')
    .addOption(format())
    .addOption(profile())
    .addOption(set())
    .addOption(smoke())
    .addOption(pluginCode())
    .addOption(quiet())
    .addOption(json())
    .action(async (recipes: string[], options) =>
      endWith(await (await import('../check.ts')).checkCommand(recipes, options)),
    );

  ichor
    .command('sweep')
    .description('run every point of a recipe with a sweep; goes on after a failed point and where it was killed')
    .argument('<recipe>', 'a recipe file with a sweep')
    .addOption(profile())
    .addOption(set())
    .addOption(track())
    .addOption(store())
    .addOption(engine())
    .addOption(threads())
    .addOption(eager())
    .addOption(exact())
    .addOption(trustSizes())
    .addOption(identityKey())
    .addOption(jobs())
    .addOption(on())
    .addOption(onConfig())
    .addOption(dryRun())
    .addOption(jobsPlan())
    .option('--restart', 'forget which points are done (artifacts are kept)')
    .addOption(smoke())
    .addOption(quiet())
    .addOption(json())
    .action(async (recipe: string, options) =>
      endWith(await (await import('../sweep.ts')).sweepCommand(recipe, options)),
    );

  ichor
    .command('table')
    .description(
      'run the rows of a table file and show their figures; goes on after a failed row and where it was killed',
    )
    .argument('<table...>', 'table files')
    .addOption(profile())
    .addOption(set())
    .addOption(track())
    .addOption(store())
    .addOption(engine())
    .addOption(threads())
    .addOption(eager())
    .addOption(exact())
    .addOption(trustSizes())
    .addOption(identityKey())
    .addOption(
      new Option('--row <name>', 'run this row only; the others stay as they are (repeatable)')
        .argParser(collect)
        .default([], 'all'),
    )
    .addOption(jobs())
    .addOption(on())
    .addOption(onConfig())
    .addOption(dryRun())
    .option('--restart', 'forget which rows are done (artifacts are kept)')
    .option('--plan', 'say what would run and what it would take, and run nothing')
    .addOption(smoke())
    .addOption(quiet())
    .addOption(json())
    .action(async (tables: string[], options) =>
      endWith(await (await import('../tables.ts')).tableCommand(tables, options)),
    );

  ichor
    .command('points', { hidden: true })
    .description('a process of a sweep or a table with --jobs, started by it')
    .argument('<of>')
    .action(async (of: string) => endWith(await (await import('../points/points-command.ts')).pointsCommand(of)));

  ichor
    .command('job', { hidden: true })
    .description('one job of --on, started by its executor')
    .argument('<folder>')
    .argument('<place>')
    .action(async (folder: string, place: string) =>
      endWith(await (await import('../jobs/job-command.ts')).jobCommand(folder, place)),
    );

  ichor
    .command('explain')
    .description('show what a recipe resolves to: every value, what it means, and the line that set it')
    .argument('<recipe>', 'a recipe file')
    .argument('[path]', 'one value only: sequence.dropout, augment[0].probability')
    .addOption(profile())
    .addOption(set())
    .addOption(smoke())
    .addOption(json())
    .action(async (recipe: string, path: string | undefined, options) =>
      endWith(await (await import('../explain.ts')).explainCommand(recipe, path, options)),
    );
}
