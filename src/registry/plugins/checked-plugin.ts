import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { pluginApi, pluginInvalid } from '../diagnostics/findings/plugins.ts';
import { thrownText } from '../diagnostics/thrown-text.ts';
import type { Component } from '../kinds/component.ts';
import { PLUGIN_API, type Plugin } from '../kinds/plugin.ts';
import { componentProblem } from '../registry.ts';
import { defaultExport, type Exported } from './default-export.ts';
import type { Located } from './locate.ts';
import type { PluginReference } from './plugin-reference.ts';

const PREFIX = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const RESERVED = ['ichor', 'none'];

/** The plugin that a module exports, of its sound components; and what is wrong with it or with the others. */
export function checkedPlugin(
  reference: PluginReference,
  located: Pick<Located, 'kind'>,
  module: unknown,
): { plugin: Plugin | null; findings: Diagnostic[] } {
  try {
    return checked(reference, located, defaultExport(module));
  } catch (error) {
    // A getter of theirs may throw.
    const why = `reading its default export failed: ${thrownText(error)}`;
    return { plugin: null, findings: [pluginInvalid(reference, why)] };
  }
}

function checked(reference: PluginReference, { kind }: Pick<Located, 'kind'>, exported: Exported) {
  const invalid = (why: string, hint?: string) => ({ plugin: null, findings: [pluginInvalid(reference, why, hint)] });
  const form = "export default definePlugin({ name: 'acme', api: 1, components: [ … ] })";
  if (exported === null) return invalid('it has no default export that is a plugin or a component.', form);
  if ('components' in exported) {
    const [first] = exported.components;
    if (kind === 'package') return invalid('a package exports a plugin, and this one exports components.', form);
    const prefix = prefixOf(first);
    if (prefix === null) return { plugin: null, findings: [unprefixed(reference, first, null)] };
    return sound(reference, { name: prefix, api: PLUGIN_API, components: exported.components });
  }
  const { plugin } = exported;
  if (!Number.isInteger(plugin.api))
    return invalid('it does not say for which version of the interface it was made.', form);
  if (plugin.api !== PLUGIN_API) return { plugin: null, findings: [pluginApi(reference, plugin.api, PLUGIN_API)] };
  if (typeof plugin.name !== 'string' || !PREFIX.test(plugin.name) || RESERVED.includes(plugin.name)) {
    const why = `its name ${JSON.stringify(plugin.name)} cannot be the prefix of components.`;
    return invalid(why, 'Lower case, words joined by hyphens: acme or acme-ct.');
  }
  return sound(reference, plugin);
}

function sound(reference: PluginReference, plugin: Plugin): { plugin: Plugin | null; findings: Diagnostic[] } {
  const findings: Diagnostic[] = [];
  const components = plugin.components.filter((component, index) => {
    const problem = componentProblem(component);
    const title = titleOf(component, index);
    if (problem) findings.push(pluginInvalid(reference, `its ${title} does not register: ${problem}`));
    else if (prefixOf(component) !== plugin.name) findings.push(unprefixed(reference, component, plugin.name));
    else return true;
    return false;
  });
  if (components.length === 0 && findings.length === 0)
    findings.push(pluginInvalid(reference, 'it has no components.'));
  return { plugin: { ...plugin, components }, findings };
}

/** `component 2 (window acme/soft)`, however little of it is as it should be. */
function titleOf(component: unknown, index: number): string {
  const { kind, name } = (component ?? {}) as Partial<Component>;
  const known = [kind, name].filter((word) => typeof word === 'string').join(' ');
  return `component ${index + 1}${known ? ` (${known})` : ''}`;
}

function prefixOf(component: Component | undefined): string | null {
  const name: unknown = component?.name;
  if (typeof name !== 'string' || !name.includes('/')) return null;
  const prefix = name.slice(0, name.indexOf('/'));
  return PREFIX.test(prefix) && !RESERVED.includes(prefix) ? prefix : null;
}

function unprefixed(reference: PluginReference, component: Component | undefined, prefix: string | null): Diagnostic {
  const name = String(component?.name ?? '');
  const bare = name.slice(name.indexOf('/') + 1) || 'soft';
  return pluginInvalid(
    reference,
    `the name of its ${component?.kind ?? 'component'} ${JSON.stringify(name)} has ${prefix ? `not the prefix ${prefix}` : 'no prefix'}.`,
    `name: '${prefix ?? 'acme'}/${bare}'`,
  );
}
