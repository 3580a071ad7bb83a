import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What ichor reads of a package.json. */
export interface Manifest {
  name?: string;
  version?: string;
  main?: string;
  exports?: unknown;
  /** Marks a plugin: its module, and the file with its published descriptors. */
  ichor?: { plugin?: string; schema?: string };
  dependencies: readonly string[];
}

/** Of the package in this folder; null where it has none or a broken one. Values of the wrong type are left out. */
export function readManifest(folder: string): Manifest | null {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return null;
  const json = parsed(readFileSync(file, 'utf8'));
  if (!isMap(json)) return null;
  const ichor = isMap(json.ichor) ? json.ichor : undefined;
  const all = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  return {
    ...texts(json, ['name', 'version', 'main']),
    ...(json.exports === undefined ? {} : { exports: json.exports }),
    ...(ichor ? { ichor: texts(ichor, ['plugin', 'schema']) } : {}),
    dependencies: [...new Set(all.flatMap((key) => (isMap(json[key]) ? Object.keys(json[key]) : [])))],
  };
}

function texts<K extends string>(map: Record<string, unknown>, keys: readonly K[]): { [key in K]?: string } {
  const found = keys.flatMap((key) => (typeof map[key] === 'string' ? [[key, map[key]]] : []));
  return Object.fromEntries(found) as { [key in K]?: string };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
