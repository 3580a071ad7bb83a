import type { Command } from 'commander';
import { endWith } from '../end.ts';
import { json } from './options.ts';

/** Commands that write recipe files. */
export function addFileCommands(ichor: Command): void {
  ichor
    .command('init')
    .description(
      'copy a shipped recipe or table into your own folder with all that it extends, each field explained, ready to edit and run',
    )
    .argument(
      '[name]',
      'quickstart, rsna-sample, inception-seq-aug, controls/crossfit, tables/table-2, ...',
      'quickstart',
    )
    .option('--out <path>', 'a folder, or a file that ends with .yaml', '.')
    .addOption(json())
    .action(async (name: string, options) => endWith(await (await import('../init.ts')).initCommand(name, options)));

  ichor
    .command('migrate')
    .description('rewrite recipes of earlier versions for this one, comments and layout kept')
    .argument('<file...>', 'recipe files, and the files that they extend')
    .option('--dry-run', 'show what would change, as a diff')
    .addOption(json())
    .action(async (files: string[], options) =>
      endWith(await (await import('../migrate.ts')).migrateCommand(files, options)),
    );
}
