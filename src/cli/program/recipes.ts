import type { Command } from 'commander';
import { endWith } from '../end.ts';
import { engine, pluginCode, profile, quiet, set, smoke, store } from './options.ts';

/** Commands that take a recipe. */
export function addRecipeCommands(ichor: Command): void {
  ichor
    .command('run')
    .description('run a recipe: the stages that are missing, then the report')
    .argument('<recipe>', 'a recipe file')
    .addOption(profile())
    .addOption(set())
    .addOption(store())
    .addOption(engine())
    .option('--until <stage>', 'stop after this stage (index, shards, predict:backbone, ...)')
    .addOption(smoke())
    .addOption(quiet())
    .action(async (recipe: string, options) => endWith(await (await import('../run.ts')).runCommand(recipe, options)));

  ichor
    .command('check')
    .description('say everything that is wrong with a recipe, without data, weights or engine')
    .argument('<recipe>', 'a recipe file')
    .addOption(profile())
    .addOption(set())
    .addOption(smoke())
    .addOption(pluginCode())
    .addOption(quiet())
    .action(async (recipe: string, options) =>
      endWith(await (await import('../check.ts')).checkCommand(recipe, options)),
    );
}
