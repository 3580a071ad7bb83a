import type { Command } from 'commander';
import { endWith } from '../end.ts';
import { json } from './options.ts';

/** Commands that start something new from a template. */
export function addNewCommands(ichor: Command): void {
  const start = ichor.command('new').description('start a component or a plugin package of your own');
  start
    .command('component')
    .description('write a component and its test, ready to change')
    .argument('<kind>', 'window, augmentation, backbone, ...')
    .argument('<name>', 'its name with a prefix of your own: acme/soft')
    .addOption(json())
    .action(async (kind: string, name: string, options) =>
      endWith(await (await import('../new/new-component.ts')).newComponentCommand(kind, name, options)),
    );
  start
    .command('plugin')
    .description('write a package with a component, its test and a recipe')
    .argument('<name>', "the package's name: acme, ichor-plugin-acme or @acme/ichor-plugin")
    .addOption(json())
    .action(async (name: string, options) =>
      endWith(await (await import('../new/new-plugin.ts')).newPluginCommand(name, options)),
    );
}
