import { fieldsOf } from '../registry/language/fields.ts';
import type { Registry } from '../registry/registry.ts';
import type { NamedLayers } from '../runtime/train/layer-names.ts';

export type { NamedLayers } from '../runtime/train/layer-names.ts';

/**
 * The layers of a backbone with its default parameters, under the names by which recipes name them (`weights.partial`, `train`).
 * Null where they are not known: a parameter has no default, or its code is not run.
 * Throws as `describeBackbone` where a plugin's network breaks its contract.
 */
export async function backboneLayers(registry: Registry, name: string): Promise<NamedLayers[] | null> {
  const component = registry.get('backbone', name);
  if (component === undefined || component.schemaOnly) return null;
  const fields = Object.entries(fieldsOf(component));
  if (fields.some(([, schema]) => schema.default === undefined)) return null;
  const { choose } = await import('../runtime/train/components.ts');
  const { layerGroups } = await import('../runtime/train/layer-names.ts');
  const { describeBackbone } = await import('../runtime/train/network.ts');
  const value = { type: name, ...Object.fromEntries(fields.map(([field, schema]) => [field, schema.default])) };
  const { params } = choose(registry, 'backbone', value);
  const { minimumSize, channels } = component.contract(params);
  const image = { size: minimumSize, channels: channels === 'any' ? 3 : channels };
  return layerGroups(describeBackbone(component, params, image));
}
