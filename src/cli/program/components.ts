import type { Command } from 'commander';
import { endWith } from '../end.ts';

/** Commands about what a recipe may name. */
export function addComponentCommands(ichor: Command): void {
  ichor
    .command('list')
    .description('list the components that a recipe may name')
    .argument('[kind]', 'one kind only: window, backbone, ...')
    .action(async (kind: string | undefined) => endWith(await (await import('../list.ts')).listCommand(kind)));

  ichor
    .command('describe')
    .description('explain a component and its parameters')
    .argument('<kind>', 'window, backbone, ...')
    .argument('<name>', 'its name, as in `ichor list`')
    .action(async (kind: string, name: string) =>
      endWith(await (await import('../list.ts')).describeCommand(kind, name)),
    );
}
