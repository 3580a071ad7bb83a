import { join } from 'node:path';
import { loadPlugins, type PluginReference } from '../registry/plugins/load-plugins.ts';
import { createRegistry, type Registry } from '../registry/registry.ts';
import { hasErrors, printDiagnostics } from './findings.ts';
import { openRegistry } from './registry.ts';

export interface PluginOptions {
  plugin?: string[];
  pluginCode?: boolean;
}

/** The built-in components with those of `--plugin` (and of `more`); null where one cannot be used, which has been printed. */
export async function withPlugins(
  { plugin: names = [], pluginCode = true }: PluginOptions,
  more: readonly PluginReference[] = [],
): Promise<Registry | null> {
  const builtIn = openRegistry();
  const cwd = process.cwd();
  const stated = names.map(
    (name, index): PluginReference => ({
      name,
      place: { file: '--plugin', line: index + 1, column: 1 },
      path: [],
      from: join(cwd, '--plugin'),
    }),
  );
  const { plugins, findings } = await loadPlugins([...more, ...stated], { builtIn, runCode: pluginCode, cwd });
  // Whoever names a plugin here wants its code to run: only a recipe's reader has to be told.
  const told = findings.filter(({ code }) => code !== 'plugin-code');
  await printDiagnostics(told, new Map([['--plugin', names.join('\n')]]));
  if (hasErrors(told)) return null;
  return createRegistry([...builtIn.all(), ...plugins.flatMap(({ components }) => components)]);
}
