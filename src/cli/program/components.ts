import type { Command } from 'commander';
import { endWith } from '../end.ts';
import { json, plugin, pluginCode } from './options.ts';

/** Commands about what a recipe may name. */
export function addComponentCommands(ichor: Command): void {
  ichor
    .command('list')
    .description('list the components that a recipe may name')
    .argument('[kind]', 'one kind only: window, backbone, ...')
    .addOption(plugin())
    .addOption(pluginCode())
    .addOption(json())
    .action(async (kind: string | undefined, options) =>
      endWith(await (await import('../list.ts')).listCommand(kind, options)),
    );

  ichor
    .command('describe')
    .description('explain a component and its parameters, or the code of an error or warning')
    .argument('<kind>', 'window, backbone, ..., or code')
    .argument('<name>', 'its name, as in `ichor list`, or what stands in error[...]')
    .addOption(plugin())
    .addOption(pluginCode())
    .addOption(json())
    .action(async (kind: string, name: string, options) => {
      const { CODE, describeCode } = await import('../describe-code.ts');
      if (kind === CODE) return endWith(await describeCode(name, options));
      return endWith(await (await import('../list.ts')).describeCommand(kind, name, options));
    });

  ichor
    .command('schema')
    .description("write the editor's schema: every component that a recipe here may name, installed plugins included")
    .option('--out <file>', 'write it to this file (default: standard output)')
    .option('--plugin-of <dir>', 'write what the plugin package in this folder publishes about itself instead')
    .addOption(plugin())
    .addOption(pluginCode())
    .action(async (options) => endWith(await (await import('../schema.ts')).schemaCommand(options)));
}
