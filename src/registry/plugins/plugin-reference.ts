import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Component } from '../kinds/component.ts';
import type { Path } from '../values/path.ts';
import type { Place } from '../values/value.ts';

/** A plugin as a recipe (or `--plugin`) names it. */
export interface PluginReference {
  name: string;
  place: Place;
  path: Path;
  /** Absolute path of the file that states it: a relative path is meant from its folder. */
  from: string;
}

export interface LoadedPlugin {
  /** As stated. */
  name: string;
  /** What stands before the `/` in its components' names; empty where nothing is known of it. */
  prefix: string;
  kind: 'package' | 'file';
  /** The package's version; null for a file. */
  version: string | null;
  /** Absolute path of the module. */
  file: string;
  codeRan: boolean;
  /** Hash of the module and of all that it imports by relative paths; null for an installed package. */
  code: string | null;
  components: readonly Component[];
}

export interface LoadedPlugins {
  plugins: readonly LoadedPlugin[];
  findings: Diagnostic[];
  /** True where a plugin's components are not known (it failed, or its code was not to run): any prefixed name may be one of them. */
  unseen: boolean;
}
