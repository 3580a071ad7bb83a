import type { Component } from '../kinds/component.ts';
import type { Plugin } from '../kinds/plugin.ts';

/** A plugin's default export: a plugin, one component, or a list of them; null for anything else. */
export type Exported = { plugin: Plugin } | { components: readonly Component[] } | null;

export function defaultExport(module: unknown): Exported {
  const value = unwrapped(module);
  if (isObject(value) && Array.isArray(value.components)) return { plugin: value as unknown as Plugin };
  if (Array.isArray(value) && value.length > 0) return { components: value as Component[] };
  if (isObject(value) && typeof value.kind === 'string') return { components: [value as unknown as Component] };
  return null;
}

/** What compilers make of `export default` in CommonJS is a `default` in the default export. */
function unwrapped(module: unknown): unknown {
  const value = isObject(module) ? module.default : undefined;
  return isObject(value) && !Array.isArray(value) && 'default' in value && !('components' in value)
    ? value.default
    : value;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
