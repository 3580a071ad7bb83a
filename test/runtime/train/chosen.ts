import { builtIn } from '../../../plugins/index.ts';
import { COMMON } from '../../../src/registry/kinds/common.ts';
import type { Component } from '../../../src/registry/kinds/component.ts';
import type { Chosen } from '../../../src/runtime/train/components.ts';

/** A built-in component with its defaults, but for what is given. */
export function chosen<K extends 'backbone' | 'sequence' | 'loss' | 'optimizer'>(
  kind: K,
  name: string,
  given: object = {},
): Chosen<K> {
  const component = builtIn.find((one) => one.kind === kind && one.name === name) as Component;
  const schemas: Record<string, { default?: unknown }> = { ...COMMON[kind].properties, ...component.params.properties };
  const defaults = Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, schema.default]));
  return { component, params: { ...defaults, ...given } } as unknown as Chosen<K>;
}
