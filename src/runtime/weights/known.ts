import type { Backbone } from '../../registry/kinds/backbone.ts';
import type { PublishedWeights } from '../../registry/kinds/weights.ts';
import { fieldsOf } from '../../registry/language/fields.ts';
import type { Registry } from '../../registry/registry.ts';
import { reasonOf } from '../download/failed.ts';

/** Weights that a backbone knows by a name. */
export interface KnownWeights {
  backbone: string;
  name: string;
  published: PublishedWeights;
}

/**
 * All weights that the backbones of a registry know, with their defaults as parameters: which file it is may depend on them.
 * A backbone that does not tell (a plugin's that fails, or that has a parameter without a default) is named with the reason.
 */
export function knownWeights(registry: Registry): {
  known: KnownWeights[];
  silent: { backbone: string; reason: string }[];
} {
  const known: KnownWeights[] = [];
  const silent: { backbone: string; reason: string }[] = [];
  for (const backbone of registry.names('backbone')) {
    const component = registry.get('backbone', backbone);
    if (component === undefined) continue;
    try {
      const { weightsFor } = component.contract(defaultsOf(component));
      for (const [name, made] of Object.entries(weightsFor ?? {}))
        if (made?.file !== undefined) known.push({ backbone, name, published: made.file });
    } catch (error) {
      silent.push({ backbone, reason: reasonOf(error) });
    }
  }
  return { known, silent };
}

/** The parameters of a block that says nothing. */
function defaultsOf(component: Backbone): Parameters<Backbone['contract']>[0] {
  const stated = Object.entries(fieldsOf(component)).filter(([, schema]) => schema.default !== undefined);
  const params: Record<string, unknown> = Object.fromEntries(stated.map(([name, schema]) => [name, schema.default]));
  return params as Parameters<Backbone['contract']>[0];
}
