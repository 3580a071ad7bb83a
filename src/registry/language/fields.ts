import { COMMON } from '../kinds/common.ts';
import type { Component } from '../kinds/component.ts';
import { type JsonSchema, schemaOf } from '../values/schema-type.ts';

/** The fields of a component's block without `type`: the kind's common fields first, then its own parameters. */
export function fieldsOf(component: Component): Readonly<Record<string, JsonSchema>> {
  return { ...schemaOf(COMMON[component.kind]).properties, ...schemaOf(component.params).properties };
}

/** The schema of a component's whole block: nothing but its fields and its `type`. */
export function blockSchema(component: Component): JsonSchema {
  const common = schemaOf(COMMON[component.kind]);
  const own = schemaOf(component.params);
  return {
    type: 'object',
    properties: { type: { const: component.name, description: component.summary }, ...fieldsOf(component) },
    required: ['type', ...(common.required ?? []), ...(own.required ?? [])],
    additionalProperties: false,
  };
}
