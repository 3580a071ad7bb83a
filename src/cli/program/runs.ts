import { type Command, Option } from 'commander';
import { endWith } from '../end.ts';
import { engine, quietRun, store } from './options.ts';

/** Commands about what has run. */
export function addRunCommands(ichor: Command): void {
  ichor
    .command('predict')
    .description('apply the networks of a finished run to a folder of unlabelled DICOM files')
    .argument(
      '<run>',
      'a run: its name (quickstart-1), its recipe (quickstart: the newest as the file stands), or its folder',
    )
    .argument('<dir>', 'any folder of DICOM files')
    .option('--show-ids', 'write ids and paths as they are (default: as keyed hashes)')
    .option('--pictures', 'put slices into the report')
    .addOption(store())
    .addOption(engine())
    .addOption(quietRun())
    .action(async (run: string, dir: string, options) =>
      endWith(await (await import('../predict.ts')).predictCommand(run, dir, options)),
    );

  ichor
    .command('ensemble')
    .description(
      'average the final predictions of runs over the same slices, and evaluate the average as a run of its own',
    )
    .argument('<run...>', 'two runs or more: names, recipes (the newest run of each as its file stands), or folders')
    .option('--name <name>', 'what it is called', 'ensemble')
    .addOption(
      new Option('--mean <of>', 'what is averaged').choices(['probabilities', 'logits']).default('probabilities'),
    )
    .addOption(store())
    .addOption(quietRun())
    .action(async (names: string[], options) =>
      endWith(await (await import('../ensemble.ts')).ensembleCommand(names, options)),
    );

  const runs = ichor.command('runs').description('what has run');
  runs
    .command('list')
    .description('all runs of the store')
    .addOption(store())
    .action(async (options) => endWith(await (await import('../runs.ts')).listCommand(options)));
  runs
    .command('show')
    .description('one run: its state, artifacts and metrics')
    .argument('<run>', 'its name, its recipe (the newest as the file stands), or its folder')
    .addOption(store())
    .action(async (run: string, options) => endWith(await (await import('../runs.ts')).showCommand(run, options)));
  runs
    .command('ledger')
    .description('what became of each file and each label row, and every repair and warning, of a run that failed too')
    .argument('[run]', 'its name, its recipe (the newest as the file stands), or its folder (default: the newest run)')
    .option('--json', 'as JSON')
    .addOption(store())
    .action(async (run: string | undefined, options) =>
      endWith(await (await import('../ledger.ts')).ledgerCommand(run, options)),
    );
}
