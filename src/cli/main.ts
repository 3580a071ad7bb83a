#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { IchorError } from '../errors.ts';
import { endWith, printError } from './end.ts';
import { research } from './wording.ts';

/** Commands are loaded when they are called: `--help` and `check` load no engine, sharp or codec. */
function program(): Command {
  const ichor = new Command('ichor')
    .description(`Declarative machine learning for finding intracranial haemorrhage on head CT.\n${research}`)
    .option('-V, --version', 'print the version')
    .showHelpAfterError('Add --help for what can be said.')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  ichor.action(async (options: { version?: boolean }) => {
    if (options.version) return (await import('./version.ts')).printVersion();
    ichor.outputHelp();
  });

  const set = () =>
    new Option('--set <path=value>', 'set a value of the recipe (repeatable)').argParser(collect).default([], 'none');
  const store = () =>
    new Option('--store <dir>', 'where artifacts and runs are kept (default: .ichor in the workspace)');
  const engine = () =>
    new Option('--engine <engine>', 'what computes').choices(['auto', 'native', 'wasm']).default('auto');
  const quiet = () => new Option('--quiet', 'print warnings and errors only');
  const smoke = () => new Option('--smoke', 'go through every stage with next to no data and training');

  ichor
    .command('run')
    .description('run a recipe: the stages that are missing, then the report')
    .argument('<recipe>', 'a recipe file')
    .addOption(set())
    .addOption(store())
    .addOption(engine())
    .option('--until <stage>', 'stop after this stage (index, shards, predict:backbone, ...)')
    .addOption(smoke())
    .addOption(quiet())
    .action(async (recipe: string, options) => endWith(await (await import('./run.ts')).runCommand(recipe, options)));

  ichor
    .command('check')
    .description('say everything that is wrong with a recipe, without data, weights or engine')
    .argument('<recipe>', 'a recipe file')
    .addOption(set())
    .addOption(smoke())
    .addOption(quiet())
    .action(async (recipe: string, options) =>
      endWith(await (await import('./check.ts')).checkCommand(recipe, options)),
    );

  ichor
    .command('predict')
    .description('apply the networks of a finished run to a folder of unlabelled DICOM files')
    .argument('<run>', 'a run: its name (quickstart-1), its recipe (quickstart: the newest), or its folder')
    .argument('<dir>', 'any folder of DICOM files')
    .option('--show-ids', 'write ids and paths as they are (default: as keyed hashes)')
    .option('--pictures', 'put slices into the report')
    .addOption(store())
    .addOption(engine())
    .addOption(quiet())
    .action(async (run: string, dir: string, options) =>
      endWith(await (await import('./predict.ts')).predictCommand(run, dir, options)),
    );

  ichor
    .command('list')
    .description('list the components that a recipe may name')
    .argument('[kind]', 'one kind only: window, backbone, ...')
    .action(async (kind: string | undefined) => endWith(await (await import('./list.ts')).listCommand(kind)));

  ichor
    .command('describe')
    .description('explain a component and its parameters')
    .argument('<kind>', 'window, backbone, ...')
    .argument('<name>', 'its name, as in `ichor list`')
    .action(async (kind: string, name: string) =>
      endWith(await (await import('./list.ts')).describeCommand(kind, name)),
    );

  const engines = ichor.command('engine').description('the native engine and the embedded one');
  engines
    .command('info')
    .description('engines, versions, threads, CPU features, GPU, limits')
    .option('--json', 'as JSON')
    .action(async (options) => endWith(await (await import('./engine.ts')).infoCommand(options)));
  engines
    .command('install')
    .description("provision the native engine: two of TensorFlow's own libraries, no compiler")
    .option('--from <dir>', 'take libraries that are already there (unpacked wheel, Python TensorFlow, deps/lib)')
    .option('--if-missing', 'do nothing where one is installed; do not fail where none can be')
    .option('--force', 'replace an installed one')
    .addOption(quiet())
    .action(async (options) => endWith(await (await import('./engine.ts')).installCommand(options)));

  ichor
    .command('data')
    .description('data to work with')
    .command('phantom')
    .description('write synthetic head CTs as DICOM files with a labels CSV, in the layout of the Kaggle challenge')
    .argument('<dir>', 'an empty or new folder')
    .addOption(
      new Option('--set <parameter=value>', 'a parameter of source phantom, as in `ichor describe source phantom`')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--seed <n>', 'seed', integer, 0)
    .addOption(quiet())
    .action(async (dir: string, options) => endWith(await (await import('./data.ts')).phantomCommand(dir, options)));

  const runs = ichor.command('runs').description('what has run');
  runs
    .command('list')
    .description('all runs of the store')
    .addOption(store())
    .action(async (options) => endWith(await (await import('./runs.ts')).listCommand(options)));
  runs
    .command('show')
    .description('one run: its state, artifacts and metrics')
    .argument('<run>', 'its name, its recipe (the newest), or its folder')
    .addOption(store())
    .action(async (run: string, options) => endWith(await (await import('./runs.ts')).showCommand(run, options)));

  const stores = ichor.command('store').description('artifacts on the disk');
  stores
    .command('list')
    .description('all artifacts, their size and who refers to them')
    .addOption(store())
    .action(async (options) => endWith(await (await import('./store.ts')).listCommand(options)));
  stores
    .command('gc')
    .description('remove what no run refers to (delete folders in .ichor/runs first to let go of their artifacts)')
    .option('--dry-run', 'only say what would go')
    .addOption(store())
    .action(async (options) => endWith(await (await import('./store.ts')).gcCommand(options)));
  return ichor;
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

function integer(value: string): number {
  const n = Number(value);
  if (!Number.isSafeInteger(n)) throw new InvalidArgumentError('It must be a whole number.');
  return n;
}

// A reader that stops early (`ichor list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) endWith(error.exitCode === 0 ? 0 : 2);
  else endWith(printError(error instanceof IchorError ? error : (error as Error)));
}
