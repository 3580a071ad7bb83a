import type { Component } from './component.ts';

/** Version of the interface between ichor and plugins: raised when a plugin has to change to go on working. */
export const PLUGIN_API = 1;

/** What a plugin's module exports by default; `definePlugin` makes it. */
export interface Plugin {
  /** The prefix of its components' names: `acme` of `acme/sigmoid`. Lower case, words joined by hyphens. */
  name: string;
  /** The version of ichor's plugin interface that it was written for: 1. */
  api: number;
  /** Their names carry the prefix: `defineWindow({ name: 'acme/sigmoid', … })`. */
  components: readonly Component[];
}

/**
 * A plugin: components under one prefix, the default export of the module that a recipe names in `plugins:`, or of the
 * package that it names. Each component's name carries the prefix.
 *
 * @example
 * ```ts
 * import { definePlugin, defineWindow, Type } from 'ichor';
 *
 * const inverse = defineWindow({
 *   name: 'acme/inverse',
 *   version: 1,
 *   summary: 'Air white, bone black.',
 *   params: Type.Object({}),
 *   contract: () => ({}),
 *   scale: (hu) => Math.min(1, Math.max(0, (1000 - hu) / 2000)),
 * });
 *
 * export default definePlugin({ name: 'acme', api: 1, components: [inverse] });
 * ```
 */
export const definePlugin = (plugin: Plugin): Plugin => plugin;
