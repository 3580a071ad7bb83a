import type { Backbone } from '../../registry/kinds/backbone.ts';
import type { Weights } from '../../registry/kinds/weights.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { weightsOrigin } from '../../registry/weights-origin.ts';
import { choose } from '../train/components.ts';
import { publishedOf, type WeightsSource } from './published.ts';

/**
 * What of the weights is known from the recipe alone, for keys that are compared with each other and never looked up: a
 * file's place stands for the file.
 */
export function assumedIdentity(value: ComponentValue, registry: Registry): string | undefined {
  const origin = weightsOrigin(value.weights as Weights | undefined);
  if (origin === null) return undefined;
  switch (origin.from) {
    case 'name': {
      const { component, params } = choose(registry, 'backbone', value);
      const source = publishedOf(component as Backbone, params, origin.name);
      return source === null ? `name:${origin.name}` : hashText(source);
    }
    case 'url':
      return `sha256:${origin.sha256}`;
    case 'file':
      return `file:${origin.file}`;
    case 'run':
      return `run:${origin.run}`;
  }
}

/** As it stands in keys: `md5:…`, `sha256:…`. */
export const hashText = (source: WeightsSource): string => {
  const stated: { md5?: string; sha256?: string } = 'hash' in source ? source.hash : source;
  return stated.sha256 === undefined
    ? `md5:${String(stated.md5).toLowerCase()}`
    : `sha256:${stated.sha256.toLowerCase()}`;
};
