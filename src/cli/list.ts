import { IchorError } from '../errors.ts';
import { describeComponent } from '../registry/describe.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import { KINDS } from '../registry/kinds/kind.ts';
import { knownKind } from './known-kind.ts';
import { paint } from './paint.ts';
import { type PluginOptions, withPlugins } from './plugins.ts';
import { table } from './table.ts';

/** `ichor list [KIND]` */
export async function listCommand(kind: string | undefined, options: PluginOptions = {}): Promise<number> {
  const registry = await withPlugins(options);
  if (registry === null) return 2;
  const kinds = kind === undefined ? KINDS : [knownKind(kind)];
  for (const each of kinds) {
    const rows = registry.names(each).map((name) => [name, registry.get(each, name)?.summary ?? '']);
    process.stdout.write(`${paint.bold(each)}\n${table(rows, { indent: 2 })}\n\n`);
  }
  return 0;
}

/** `ichor describe KIND NAME` */
export async function describeCommand(kind: string, name: string, options: PluginOptions = {}): Promise<number> {
  const known = knownKind(kind);
  const registry = await withPlugins(options);
  if (registry === null) return 2;
  if (registry.get(known, name) === undefined) {
    const close = nearest(name, registry.names(known));
    throw new IchorError(
      'unknown-component',
      `There is no ${kind} \`${name}\`.`,
      `${close ? `Did you mean \`${close}\`? ` : ''}Known: ${registry.names(known).join(', ')}.`,
      2,
    );
  }
  const { summary, version, parameters } = describeComponent(registry, known, name);
  process.stdout.write(`${paint.bold(`${kind} ${name}`)} (version ${version})\n${summary}\n`);
  if (parameters.length === 0) process.stdout.write('\nIt has no parameters.\n');
  for (const parameter of parameters) {
    const facts = [parameter.type, parameter.range, parameter.unit].filter(Boolean).join(', ');
    const fallback = parameter.default === undefined ? 'required' : `default ${JSON.stringify(parameter.default)}`;
    const common = parameter.common ? paint.dim(` [of every ${kind}]`) : '';
    process.stdout.write(`\n  ${paint.bold(parameter.name)}  ${facts}, ${fallback}${common}\n`);
    if (parameter.description) process.stdout.write(`      ${parameter.description}\n`);
  }
  return 0;
}
