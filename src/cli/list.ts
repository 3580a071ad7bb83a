import { IchorError } from '../errors.ts';
import { backboneLayers } from '../library/backbone-layers.ts';
import { describeComponent } from '../registry/describe.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import { KINDS, type Kind } from '../registry/kinds/kind.ts';
import { installedPlugins } from '../registry/plugins/installed.ts';
import { loadPlugins } from '../registry/plugins/load-plugins.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { asCalled } from './called.ts';
import { printJson } from './json.ts';
import { knownKind } from './known-kind.ts';
import { paint } from './paint.ts';
import { type PluginOptions, withPlugins } from './plugins.ts';
import { openRegistry } from './registry.ts';
import { table } from './table.ts';

/** `ichor list [KIND]` */
export async function listCommand(
  kind: string | undefined,
  options: PluginOptions & { json?: boolean } = {},
): Promise<number> {
  const registry = await withPlugins(options);
  if (registry === null) return 2;
  const kinds = kind === undefined ? KINDS : [knownKind(kind)];
  const installed = installedPlugins(findWorkspace(process.cwd())).map(({ name }) => name);
  if (options.json) {
    const components = kinds.flatMap((each) =>
      registry.names(each).map((name) => {
        const { version, summary } = registry.get(each, name) ?? { version: 0, summary: '' };
        return { kind: each, name, version, summary };
      }),
    );
    return printJson({ components, pluginsNotListed: installed.filter((name) => !options.plugin?.includes(name)) });
  }
  for (const each of kinds) {
    const rows = registry.names(each).map((name) => [name, registry.get(each, name)?.summary ?? '']);
    process.stdout.write(`${paint.bold(each)}\n${table(rows, { indent: 2 })}\n\n`);
  }
  const more = installed.filter((name) => !options.plugin?.includes(name));
  if (more.length > 0) {
    const stated = more.map((name) => `--plugin ${name}`).join(' ');
    const text = `Installed here, and not listed: ${more.join(', ')}. With its components: \`ichor list ${kind === undefined ? '' : `${kind} `}${stated}\``;
    // On standard error: what is listed stays the list.
    process.stderr.write(`${asCalled(more.length > 1 ? text.replace('its', 'their') : text)}\n`);
  }
  return 0;
}

/** `ichor describe KIND NAME` */
export async function describeCommand(
  kind: string,
  name: string,
  options: PluginOptions & { json?: boolean } = {},
): Promise<number> {
  const known = knownKind(kind);
  const registry = await withPlugins(options);
  if (registry === null) return 2;
  if (registry.get(known, name) === undefined) {
    const offering = await pluginOffering(known, name, options);
    if (offering !== null)
      throw new IchorError(
        'unknown-component',
        `There is no ${kind} \`${name}\` among the built-in components: the installed plugin ${offering} has it.`,
        `\`ichor describe ${kind} ${name} --plugin ${offering}\`; in a recipe: plugins: [${offering}]`,
        2,
      );
    const close = nearest(name, registry.names(known));
    throw new IchorError(
      'unknown-component',
      `There is no ${kind} \`${name}\`.`,
      `${close ? `Did you mean \`${close}\`? ` : ''}Known: ${registry.names(known).join(', ')}.${ofPlugin(name, options)}`,
      2,
    );
  }
  const described = describeComponent(registry, known, name);
  const layers = known === 'backbone' ? await backboneLayers(registry, name) : null;
  if (options.json) return printJson({ ...described, ...(layers && { layers }) });
  const { summary, version, parameters } = described;
  process.stdout.write(`${paint.bold(`${kind} ${name}`)} (version ${version})\n${asCalled(summary)}\n`);
  if (parameters.length === 0) process.stdout.write('\nIt has no parameters.\n');
  for (const parameter of parameters) {
    const facts = [parameter.type, parameter.range, parameter.unit].filter(Boolean).join(', ');
    const fallback = parameter.default === undefined ? 'required' : `default ${JSON.stringify(parameter.default)}`;
    const common = parameter.common ? paint.dim(` [of every ${kind}]`) : '';
    process.stdout.write(`\n  ${paint.bold(parameter.name)}  ${facts}, ${fallback}${common}\n`);
    if (parameter.description) process.stdout.write(`      ${asCalled(parameter.description)}\n`);
  }
  if (layers !== null) {
    const rows = layers.map(({ name: own, layers: count, parameters: numbers }) => [
      own,
      `${count} ${count === 1 ? 'layer' : 'layers'}`,
      `${numbers.toLocaleString('en-GB')} numbers`,
    ]);
    process.stdout.write(
      `\n  ${paint.bold('Layers')} as train and weights.partial name them, with these defaults\n${table(rows, { indent: 6 })}\n`,
    );
  }
  return 0;
}

/** A name with a prefix is a plugin's. One that was named has it not; else it is to be named, or installed. */
function ofPlugin(name: string, { plugin = [] }: PluginOptions): string {
  if (!name.includes('/')) return '';
  return plugin.length > 0
    ? ` ${plugin.join(', ')} ${plugin.length === 1 ? 'has' : 'have'} none of this name.`
    : ' A name with a prefix is of a plugin: name its package or file with --plugin.';
}

/** The installed plugin that has a component of this name, or null. A plugin that cannot be loaded has none. */
async function pluginOffering(kind: Kind, name: string, { plugin, pluginCode }: PluginOptions): Promise<string | null> {
  // A plugin's components carry its prefix: no code is run for a name that cannot be one of them.
  if (!name.includes('/')) return null;
  const cwd = process.cwd();
  for (const reference of installedPlugins(findWorkspace(cwd))) {
    if (plugin?.includes(reference.name)) continue;
    const loaded = await loadPlugins([reference], { builtIn: openRegistry(), runCode: pluginCode ?? true, cwd });
    const components = loaded.plugins.flatMap((one) => one.components);
    if (components.some((one) => one.kind === kind && one.name === name)) return reference.name;
  }
  return null;
}
