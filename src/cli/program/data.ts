import { type Command, Option } from 'commander';
import { endWith } from '../end.ts';
import { collect, integer, quiet } from './options.ts';

/** Commands that make data. */
export function addDataCommands(ichor: Command): void {
  ichor
    .command('data')
    .description('synthetic head CTs to work with')
    .command('phantom')
    .description('write synthetic head CTs as DICOM files with a labels CSV, in the layout of the Kaggle challenge')
    .argument('<dir>', 'an empty or new folder')
    .addOption(
      new Option('--set <parameter=value>', 'a parameter of source phantom, as in `ichor describe source phantom`')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--seed <n>', 'what is drawn is drawn from this number', integer, 0)
    .addOption(quiet())
    .action(async (dir: string, options) => endWith(await (await import('../data.ts')).phantomCommand(dir, options)));
}
