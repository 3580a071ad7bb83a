import type { Command } from 'commander';
import { endWith } from '../end.ts';
import { json, quiet } from './options.ts';

/** Commands about what computes. */
export function addEngineCommands(ichor: Command): void {
  const engines = ichor.command('engine').description('what computes: the native engine and the embedded one');
  engines
    .command('info')
    .description('show engines, versions, threads, CPU features, GPU, limits')
    .addOption(json())
    .action(async (options) => endWith(await (await import('../engine.ts')).infoCommand(options)));
  engines
    .command('install')
    .description("provision the native engine: two of TensorFlow's own libraries, no compiler")
    .option('--from <dir>', 'take libraries that are already there (unpacked wheel, Python TensorFlow, deps/lib)')
    .option('--if-missing', 'do nothing where one is installed; do not fail where none can be')
    .option('--force', 'replace an installed one')
    .addOption(quiet())
    .addOption(json())
    .action(async (options) => endWith(await (await import('../engine.ts')).installCommand(options)));
}
