import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { pluginTaken } from '../diagnostics/findings/plugins.ts';
import type { Registry } from '../registry.ts';
import type { LoadedPlugin, PluginReference } from './plugin-reference.ts';

/** The plugin without the components whose names are taken: by ichor, by an earlier plugin, or by itself. */
export function claimNames(
  reference: PluginReference,
  plugin: LoadedPlugin,
  earlier: readonly LoadedPlugin[],
  builtIn: Registry,
): { plugin: LoadedPlugin; findings: Diagnostic[] } {
  const findings: Diagnostic[] = [];
  const owners = new Map<string, string>(builtIn.all().map(({ kind, name }) => [`${kind} ${name}`, 'ichor']));
  for (const other of earlier) for (const { kind, name } of other.components) owners.set(`${kind} ${name}`, other.name);
  const components = plugin.components.filter(({ kind, name }) => {
    const owner = owners.get(`${kind} ${name}`);
    if (owner === undefined) {
      owners.set(`${kind} ${name}`, 'itself');
      return true;
    }
    findings.push(pluginTaken(reference, kind, name, owner === 'itself' ? 'it' : owner));
    return false;
  });
  return { plugin: { ...plugin, components }, findings };
}
