import type { LoadOptions } from './load-options.ts';
import type { LoadedPlugins, PluginReference } from './plugin-reference.ts';

export type { LoadedPlugin, LoadedPlugins, PluginReference } from './plugin-reference.ts';

/**
 * The plugins of a recipe, in the order in which they are named, and everything that is wrong with them. A plugin that is
 * named twice is loaded once. Where none is named, nothing of this folder is loaded either.
 */
export async function loadPlugins(
  references: readonly PluginReference[],
  options: LoadOptions,
): Promise<LoadedPlugins> {
  if (references.length === 0) return { plugins: [], findings: [], unseen: false };
  const { loadAll } = await import('./load-all.ts');
  return loadAll(references, options);
}
