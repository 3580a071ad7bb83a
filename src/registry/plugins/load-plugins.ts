import type { Diagnostic } from '../diagnostic.ts';
import { finding } from '../findings/finding.ts';
import type { Component } from '../kinds.ts';
import type { Path } from '../path.ts';
import type { Registry } from '../registry.ts';
import type { Place } from '../value.ts';

export interface PluginReference {
  /** As the recipe states it: a package, or a path. */
  name: string;
  place: Place;
  path: Path;
  /** Absolute file that states it: relative paths are meant from there. */
  from: string;
}

export interface LoadedPlugin {
  name: string;
  prefix: string;
  kind: 'package' | 'file';
  version: string | null;
  file: string;
  codeRan: boolean;
  code: string | null;
  components: readonly Component[];
}

export interface LoadedPlugins {
  plugins: readonly LoadedPlugin[];
  findings: Diagnostic[];
}

export async function loadPlugins(
  references: readonly PluginReference[],
  _options: { builtIn: Registry; runCode: boolean; cwd: string },
): Promise<LoadedPlugins> {
  const findings = references.map(({ name, place, path }) =>
    finding('error', 'plugin-missing', place, path, `The plugin ${name} cannot be loaded.`, `npm i ${name}`),
  );
  return { plugins: [], findings };
}
