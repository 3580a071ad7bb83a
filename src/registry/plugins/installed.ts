import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readManifest } from './manifest.ts';
import type { PluginReference } from './plugin-reference.ts';

/** The dependencies of a workspace that are plugins: those whose package.json has an `ichor` field. */
export function installedPlugins(workspace: string): PluginReference[] {
  const file = join(workspace, 'package.json');
  const names = readManifest(workspace)?.dependencies ?? [];
  return names
    .filter((name) => isPlugin(name, workspace))
    .map((name) => ({ name, place: { file, line: 0, column: 0 }, path: ['dependencies', name], from: file }));
}

function isPlugin(name: string, workspace: string): boolean {
  for (let folder = workspace; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return readManifest(found)?.ichor !== undefined;
    if (folder === dirname(folder)) return false;
  }
}
