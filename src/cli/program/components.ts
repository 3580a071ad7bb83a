import type { Command } from 'commander';
import { endWith } from '../end.ts';
import { plugin, pluginCode } from './options.ts';

/** Commands about what a recipe may name. */
export function addComponentCommands(ichor: Command): void {
  ichor
    .command('list')
    .description('list the components that a recipe may name')
    .argument('[kind]', 'one kind only: window, backbone, ...')
    .addOption(plugin())
    .addOption(pluginCode())
    .action(async (kind: string | undefined, options) =>
      endWith(await (await import('../list.ts')).listCommand(kind, options)),
    );

  ichor
    .command('describe')
    .description('explain a component and its parameters')
    .argument('<kind>', 'window, backbone, ...')
    .argument('<name>', 'its name, as in `ichor list`')
    .addOption(plugin())
    .addOption(pluginCode())
    .action(async (kind: string, name: string, options) =>
      endWith(await (await import('../list.ts')).describeCommand(kind, name, options)),
    );

  ichor
    .command('schema')
    .description("write the editor's schema: every component that a recipe here may name, installed plugins included")
    .option('--out <file>', 'write it to this file (default: standard output)')
    .option('--plugin-of <dir>', 'write what the plugin package in this folder publishes about itself instead')
    .addOption(plugin())
    .addOption(pluginCode())
    .action(async (options) => endWith(await (await import('../schema.ts')).schemaCommand(options)));
}
