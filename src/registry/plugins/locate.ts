import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import {
  pluginFileMissing,
  pluginForm,
  pluginInvalid,
  pluginMissing,
  pluginOutside,
} from '../diagnostics/findings/plugins.ts';
import { nearest } from '../diagnostics/nearest.ts';
import { contained, isWithin } from '../resolve/containment.ts';
import { type Manifest, readManifest } from './manifest.ts';
import type { PluginReference } from './plugin-reference.ts';

/** Where a plugin's module is; no code of it has run. */
export interface Located {
  kind: 'package' | 'file';
  /** Absolute; of a file as it is stated, so that it stays in its workspace where it is a link. */
  file: string;
  version: string | null;
  /** The descriptors that a package publishes, or null. */
  schema: string | null;
  /** A file, or a package that is only linked to (npm link, `file:`, a workspace): its code may change at any time. */
  local: boolean;
}

const EXTENSIONS = ['.ts', '.js', '.mts', '.mjs', '.cts', '.cjs'];
const PACKAGE = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** Finds the module behind a name of `plugins:`, or says what is wrong with it. */
export function locate(reference: PluginReference, cwd: string): Located | Diagnostic {
  const { name, from } = reference;
  if (/^\.\.?([\\/]|$)/.test(name)) return locateFile(reference, cwd);
  if (name.includes('\\') || /^([A-Za-z]:|\/|~|[a-z][a-z0-9+.-]+:)/i.test(name)) return pluginOutside(reference);
  if (!PACKAGE.test(name) || name.length > 214) {
    const local = EXTENSIONS.includes(extname(name));
    return pluginForm(reference, local ? `./${name}` : 'A package: acme-plugin or @acme/plugin. A file: ./acme.ts');
  }
  for (const start of [dirname(from), cwd]) {
    for (let folder = resolve(start); ; folder = dirname(folder)) {
      const found = join(folder, 'node_modules', name);
      if (existsSync(join(found, 'package.json'))) return locatePackage(reference, found);
      if (folder === dirname(folder)) break;
    }
  }
  return pluginMissing(reference, existsSync(resolve(dirname(from), name)) ? `./${name}` : null);
}

function locateFile(reference: PluginReference, cwd: string): Located | Diagnostic {
  const { name, from } = reference;
  const file = contained(name, from, cwd);
  if (file === null) return pluginOutside(reference);
  if (!isFile(file)) {
    const near = nearFile(file);
    return pluginFileMissing(reference, near && dotted(relative(dirname(from), near)));
  }
  if (!EXTENSIONS.includes(extname(file)))
    return pluginForm(reference, `A plugin file ends in ${EXTENSIONS.join(', ')}`);
  return { kind: 'file', file, version: null, schema: null, local: true };
}

/** The plugin of a package, given its folder or a link to it. */
export function locatePackage(reference: PluginReference, link: string): Located | Diagnostic {
  const folder = realpathSync(link);
  const manifest = readManifest(folder);
  if (manifest === null) return pluginInvalid(reference, 'its package.json is no JSON object.');
  const stated = moduleOf(manifest);
  const file = resolve(folder, stated);
  // `exports` and `main` may leave the extension out, as CommonJS does.
  const module = [file, `${file}.js`, join(file, 'index.js')].find(isFile);
  if (!isWithin(file, folder))
    return pluginInvalid(reference, `${stated} in its package.json lies outside of the package.`);
  if (module === undefined) {
    const hint = isInstalled(folder) ? undefined : `Build it: npm run build, in ${folder}`;
    return pluginInvalid(reference, `its package.json names ${stated}, and there is no such file.`, hint);
  }
  const schema = manifest.ichor?.schema;
  if (schema !== undefined && !isWithin(resolve(folder, schema), folder))
    return pluginInvalid(reference, `${schema} in its package.json lies outside of the package.`);
  return {
    kind: 'package',
    file: realpathSync(module),
    version: manifest.version ?? null,
    schema: schema === undefined ? null : resolve(folder, schema),
    local: !isInstalled(folder),
  };
}

/** A copy that a package manager made, not somebody's working folder. */
const isInstalled = (folder: string): boolean => folder.split(sep).includes('node_modules');

function moduleOf(manifest: Manifest): string {
  return manifest.ichor?.plugin ?? exported(manifest.exports) ?? manifest.main ?? 'index.js';
}

/** The target of `.` under the conditions that an import has. */
function exported(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return undefined;
  for (const [key, value] of Object.entries(exports)) {
    if (['.', 'import', 'node', 'default'].includes(key)) return exported(value);
  }
  return undefined;
}

function nearFile(file: string): string | null {
  const folder = dirname(file);
  for (const extension of EXTENSIONS) {
    for (const guess of [`${file}${extension}`, join(file, `index${extension}`)]) if (isFile(guess)) return guess;
  }
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return null;
  const files = readdirSync(folder).filter((other) => EXTENSIONS.includes(extname(other)));
  const stem = (name: string) => name.slice(0, name.length - extname(name).length);
  const name = basename(file);
  const near = files.find((other) => stem(other) === stem(name)) ?? nearest(name, files);
  return near === null ? null : join(folder, near);
}

const isFile = (file: string): boolean => existsSync(file) && statSync(file).isFile();
const dotted = (path: string): string => {
  const slashed = path.split(sep).join('/');
  return slashed.startsWith('.') ? slashed : `./${slashed}`;
};
