import type { Command } from 'commander';
import { endWith } from '../end.ts';
import { json, store } from './options.ts';

/** Commands about artifacts on the disk. */
export function addStoreCommands(ichor: Command): void {
  const stores = ichor.command('store').description('artifacts on the disk: what there is, and what nobody needs');
  stores
    .command('list')
    .description('list all artifacts, their size and who refers to them')
    .addOption(store())
    .addOption(json())
    .action(async (options) => endWith(await (await import('../store.ts')).listCommand(options)));
  stores
    .command('gc')
    .description('remove what no run refers to (delete folders in .ichor/runs first to let go of their artifacts)')
    .option('--dry-run', 'only say what would go')
    .addOption(store())
    .addOption(json())
    .action(async (options) => endWith(await (await import('../store.ts')).gcCommand(options)));
}
