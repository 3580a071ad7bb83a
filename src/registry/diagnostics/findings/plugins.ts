import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

/** Where a recipe names a plugin, and as what. Each message below names it. */
export interface Named {
  name: string;
  place: Place;
  path: Path;
}

const about = (
  { place, path }: Named,
  severity: Diagnostic['severity'],
  code: string,
  message: string,
  hint?: string,
) => finding(severity, code, place, path, message, hint);

export const pluginMissing = (plugin: Named, near: string | null): Diagnostic =>
  about(
    plugin,
    'error',
    'plugin-missing',
    `The plugin ${plugin.name} is not installed.`,
    near ? `A local file is written ${near}` : `npm i ${plugin.name}`,
  );

export const pluginFileMissing = (plugin: Named, near: string | null): Diagnostic =>
  about(
    plugin,
    'error',
    'plugin-missing',
    `There is no plugin file ${plugin.name}.`,
    near ? `Did you mean ${near}?` : 'The path is read from the folder of the file that states it.',
  );

export const pluginForm = (plugin: Named, hint: string): Diagnostic =>
  about(
    plugin,
    'error',
    'plugin-form',
    `${JSON.stringify(plugin.name)} is neither the name of a package nor the path of a local plugin file.`,
    hint,
  );

export const pluginOutside = (plugin: Named): Diagnostic =>
  about(
    plugin,
    'error',
    'plugin-outside',
    `The plugin ${plugin.name} lies outside of the workspace, whose code alone is run.`,
    'A local plugin is named by a relative path within the folder that has your package.json; code from elsewhere is installed as a package.',
  );

/** `where`: the first line of the plugin's own code in the stack, or null. */
export const pluginFailed = (plugin: Named, why: string, where: string | null, hint?: string): Diagnostic =>
  about(
    plugin,
    'error',
    'plugin-failed',
    `The plugin ${plugin.name} failed while it was loaded: ${why}${where ? ` (at ${where})` : ''}`,
    hint ?? 'Its own code is at fault, or something that it imports.',
  );

export const pluginTimeout = (plugin: Named, seconds: number): Diagnostic =>
  about(
    plugin,
    'error',
    'plugin-timeout',
    `The plugin ${plugin.name} was still loading after ${seconds} s: an await at its top level never ends.`,
    'Work belongs into the functions of components, not at the top level. If it needs longer: ICHOR_PLUGIN_SECONDS=120',
  );

/** Of one that lets nobody else speak: the process ends with it. */
export const pluginHolds = (plugin: Named, seconds: number): Diagnostic =>
  about(
    plugin,
    'error',
    'plugin-timeout',
    `The plugin ${plugin.name} was still loading after ${seconds} s: a loop at its top level never ends.`,
    'Work belongs into the functions of components, not at the top level. If it needs longer: ICHOR_PLUGIN_SECONDS=120',
  );

export const pluginInvalid = (plugin: Named, why: string, hint?: string): Diagnostic =>
  about(plugin, 'error', 'plugin-invalid', `The plugin ${plugin.name} cannot be used: ${why}`, hint);

export const pluginApi = (plugin: Named, made: number, own: number): Diagnostic =>
  about(
    plugin,
    'error',
    'plugin-api',
    `The plugin ${plugin.name} was made for version ${made} of ichor's plugin interface, and this ichor has version ${own}.`,
    made > own ? 'Update ichor: npm i ichor@latest' : `Update the plugin: npm i ${plugin.name}@latest`,
  );

export const pluginTaken = (plugin: Named, kind: string, name: string, owner: string): Diagnostic =>
  about(
    plugin,
    'error',
    'plugin-taken',
    `The plugin ${plugin.name} registers the ${kind} ${name}, which ${owner} has registered already.`,
    'Name only one of the two in plugins.',
  );

/** A package's code and what it publishes about itself are two things. */
export const pluginSchemaDiffers = (plugin: Named, differences: readonly string[]): Diagnostic =>
  about(
    plugin,
    'warning',
    'plugin-schema-differs',
    `The published schema of ${plugin.name} is not what its code registers: ${differences.slice(0, 3).join('; ')}.`,
    'Its author writes it anew with: ichor schema --plugin-of . --out ichor.schema.json',
  );

export const pluginCode = (plugin: Named, names: readonly string[]): Diagnostic =>
  about(
    plugin,
    'note',
    'plugin-code',
    `Code of ${names.length === 1 ? 'a plugin' : `${names.length} plugins`} was run to know what ${names.length === 1 ? 'it registers' : 'they register'}: ${names.join(', ')}.`,
    'Without: --no-plugin-code',
  );

export const pluginSchemaOnly = (plugin: Named): Diagnostic =>
  about(
    plugin,
    'note',
    'plugin-schema-only',
    `No code of ${plugin.name} was run: its blocks are checked against its published schema, and not whether they fit the rest.`,
  );

export const pluginUnchecked = (plugin: Named, why: string): Diagnostic =>
  about(
    plugin,
    'note',
    'plugin-unchecked',
    `No code of ${plugin.name} was run, and ${why}: its blocks are not checked.`,
    'With its code: leave --no-plugin-code out.',
  );
