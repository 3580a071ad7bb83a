import { type Command, Option } from 'commander';
import { endWith } from '../end.ts';
import { collect, identityKey, integer, json, quiet, store } from './options.ts';

/** Commands about data, before any run. */
export function addDataCommands(ichor: Command): void {
  const data = ichor.command('data').description('what lies in a folder or a zip, and synthetic head CTs to work with');
  data
    .command('inspect')
    .description(
      'what a run would find in a folder, a zip, files or a DICOMDIR: patients, studies, series, labels, what is left out and why, and what it would take',
    )
    .argument('[dir...]', 'folders, zips (read in place), single files, or a DICOMDIR (default: where --recipe says)')
    .option(
      '--recipe <recipe>',
      'reckon time and disk for all stages of this recipe (default: three windows of 224 × 224); pictures with a table are read as its source reads them',
    )
    .option(
      '--pictures <page.html>',
      'write a contact sheet too: some slices of each series that a run would use, in the windows of the recipe',
    )
    .option(
      '--show-ids',
      'ids and paths as they stand in the files (default: as keyed hashes, which `data whois` takes)',
    )
    .addOption(json())
    .addOption(store())
    .addOption(identityKey())
    .addOption(quiet())
    .action(async (dirs: string[], options) =>
      endWith(await (await import('../data-inspect.ts')).inspectCommand(dirs, options)),
    );
  data
    .command('whois')
    .description('what private names of artifacts and pages stand for, on the machine that has their key and data')
    .argument('<hash...>', 'private names, or their first 6 digits and more')
    .addOption(
      new Option(
        '--in <dir>',
        'look through this folder, zip or file (repeatable; default: all that were read with the key)',
      )
        .argParser(collect)
        .default([], 'none'),
    )
    .option(
      '--recipe <recipe>',
      'read pictures with a table as the source of this recipe does (default: as the runs that read them did)',
    )
    .addOption(json())
    .addOption(store())
    .addOption(identityKey())
    .addOption(quiet())
    .action(async (hashes: string[], options) =>
      endWith(await (await import('../data-whois.ts')).whoisCommand(hashes, options)),
    );
  data
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
    .addOption(json())
    .action(async (dir: string, options) => endWith(await (await import('../data.ts')).phantomCommand(dir, options)));
}
