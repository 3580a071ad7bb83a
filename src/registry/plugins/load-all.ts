import { realpathSync } from 'node:fs';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import {
  pluginApi,
  pluginCode,
  pluginInvalid,
  pluginSchemaDiffers,
  pluginSchemaOnly,
  pluginUnchecked,
} from '../diagnostics/findings/plugins.ts';
import type { Component } from '../kinds/component.ts';
import { PLUGIN_API, type Plugin } from '../kinds/plugin.ts';
import { componentProblem } from '../registry.ts';
import { paramsProblem } from '../resolve/steps/validate.ts';
import { checkedPlugin } from './checked-plugin.ts';
import { claimNames } from './claim-names.ts';
import { guardedComponent } from './guarded-component.ts';
import type { LoadOptions } from './load-options.ts';
import { type Located, locate } from './locate.ts';
import type { LoadedPlugin, LoadedPlugins, PluginReference } from './plugin-reference.ts';
import {
  type PublishedSchema,
  readPublishedSchema,
  schemaDifferences,
  schemaOnlyComponents,
} from './published-schema.ts';
import { runPlugin } from './run-plugin.ts';

type Outcome = { plugin: LoadedPlugin | null; findings: Diagnostic[] };

/** One plugin at a time: what happens while one loads is that plugin's doing. */
export async function loadAll(references: readonly PluginReference[], options: LoadOptions): Promise<LoadedPlugins> {
  const findings: Diagnostic[] = [];
  const plugins: LoadedPlugin[] = [];
  const ran: PluginReference[] = [];
  const seen = new Set<string>();
  let unseen = false;
  for (const reference of references) {
    const located = locate(reference, options.cwd);
    if ('severity' in located) {
      findings.push(located);
      unseen = true;
      continue;
    }
    const real = realpathSync(located.file);
    if (seen.has(real)) continue;
    seen.add(real);
    const outcome = options.runCode ? await loaded(reference, located) : published(reference, located);
    findings.push(...outcome.findings);
    const claimed = outcome.plugin && claimNames(reference, outcome.plugin, plugins, options.builtIn);
    if (claimed) {
      findings.push(...claimed.findings);
      plugins.push(claimed.plugin);
    }
    if (options.runCode) ran.push(reference);
    const failed = [...outcome.findings, ...(claimed?.findings ?? [])].some(({ severity }) => severity === 'error');
    if (failed || !claimed || claimed.plugin.prefix === '') unseen = true;
  }
  const [first] = ran;
  if (first)
    findings.push(
      pluginCode(
        first,
        ran.map(({ name }) => name),
      ),
    );
  return { plugins, findings, unseen };
}

async function loaded(reference: PluginReference, located: Located): Promise<Outcome> {
  const run = await runPlugin(reference, located);
  if ('severity' in run) return { plugin: null, findings: [run] };
  const { plugin, findings } = checkedPlugin(reference, located, run.module);
  if (!plugin) return { plugin: null, findings };
  const { kind, version, file } = located;
  const components = plugin.components.map((one) => guardedOnce(one, file, run.code));
  const { name: prefix } = plugin;
  return {
    plugin: { name: reference.name, prefix, kind, version, file, codeRan: true, code: run.code, components },
    findings: [...findings, ...schemaFindings(reference, located, plugin)],
  };
}

const copies = new WeakMap<Component, Component>();

/** The same object each time: others remember things about it. */
function guardedOnce(component: Component, file: string, code: string | null): Component {
  const known = copies.get(component);
  if (known && known.code === (code ?? undefined)) return known;
  const copy = guardedComponent(component, file, code);
  copies.set(component, copy);
  return copy;
}

/** What a package publishes about itself is what others check against: it must be what its code says. */
function schemaFindings(reference: PluginReference, { schema }: Located, plugin: Plugin): Diagnostic[] {
  if (schema === null) return [];
  const read = readable(schema);
  if (typeof read === 'string') return [pluginSchemaDiffers(reference, [`it cannot be read: ${read}`])];
  const differences = schemaDifferences(read, plugin);
  return differences.length > 0 ? [pluginSchemaDiffers(reference, differences)] : [];
}

/** What stands for a plugin whose code is not to be run. */
function published(reference: PluginReference, { kind, version, file, schema }: Located): Outcome {
  const unknown = (why: string): Outcome => ({
    plugin: { name: reference.name, prefix: '', kind, version, file, codeRan: false, code: null, components: [] },
    findings: [pluginUnchecked(reference, why)],
  });
  if (kind === 'file') return unknown('a file publishes no schema');
  if (schema === null) return unknown('it publishes no schema');
  const read = readable(schema);
  if (typeof read === 'string') return unknown(`its published schema cannot be used: ${read}`);
  if (read.api !== PLUGIN_API) return { plugin: null, findings: [pluginApi(reference, read.api, PLUGIN_API)] };
  const components = schemaOnlyComponents(read);
  const wrong = components.flatMap(
    (one) =>
      componentProblem(one) ??
      paramsProblem(one) ??
      (one.name.startsWith(`${read.plugin}/`) ? [] : `${one.name} has not its prefix.`),
  );
  if (wrong[0] !== undefined)
    return {
      plugin: null,
      findings: [pluginInvalid(reference, `its published schema describes no component: ${wrong[0]}`)],
    };
  return {
    plugin: { name: reference.name, prefix: read.plugin, kind, version, file, codeRan: false, code: null, components },
    findings: [pluginSchemaOnly(reference)],
  };
}

function readable(file: string): PublishedSchema | string {
  try {
    return readPublishedSchema(file);
  } catch (error) {
    return (error as Error).message;
  }
}
