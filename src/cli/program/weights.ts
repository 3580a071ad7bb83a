import type { Command } from 'commander';
import { endWith } from '../end.ts';
import { json, plugin, pluginCode, profile, quiet, set } from './options.ts';

/** Commands about pretrained weights: what there is, where it lies, and how it gets there. */
export function addWeightsCommands(ichor: Command): void {
  const weights = ichor
    .command('weights')
    .description('pretrained weights: which ones backbones know, and the cache that they are fetched into');
  weights
    .command('list')
    .description('list the weights that backbones know: size, licence, hash, and whether they are here')
    .addOption(plugin())
    .addOption(pluginCode())
    .addOption(json())
    .action(async (options) => endWith(await (await import('../weights.ts')).listCommand(options)));
  weights
    .command('get')
    .description('fetch weights into the cache, before a run needs them, and print their paths')
    .argument('[weights...]', 'BACKBONE, or BACKBONE:NAME for others than imagenet')
    .option('--recipe <file>', 'those that a recipe starts from')
    .addOption(profile())
    .addOption(set())
    .addOption(plugin())
    .addOption(pluginCode())
    .addOption(quiet())
    .addOption(json())
    .action(async (names, options) => endWith(await (await import('../weights.ts')).getCommand(names, options)));
  weights
    .command('add')
    .description('put a file of weights that was fetched elsewhere into the cache; whose it is is found by its hash')
    .argument('<file>', 'as it was fetched, whatever it is called')
    .option('--sha256 <hash>', 'take what a recipe names by this hash, although no backbone knows it')
    .addOption(plugin())
    .addOption(pluginCode())
    .addOption(json())
    .action(async (file, options) => endWith(await (await import('../weights.ts')).addCommand(file, options)));
  weights
    .command('verify')
    .description('read all weights of the cache anew and compare their hashes')
    .addOption(json())
    .action(async (options) => endWith(await (await import('../weights.ts')).verifyCommand(options)));
  weights
    .command('where')
    .description('say where the cache is, or where the weights of a backbone lie and come from')
    .argument('[weights]', 'BACKBONE, or BACKBONE:NAME for others than imagenet')
    .addOption(plugin())
    .addOption(pluginCode())
    .addOption(json())
    .action(async (name, options) => endWith(await (await import('../weights.ts')).whereCommand(name, options)));
}
