import type { Component } from '../registry/kinds/component.ts';
import { fieldsOf } from '../registry/language/fields.ts';
import type { ComponentValue } from '../registry/recipe.ts';
import { type JsonSchema, objectForm } from '../registry/values/schema-type.ts';

/** A component's parameters and common fields at their defaults, then `stated`: what a resolved recipe would hold. */
export function parameters(component: Component, stated: Readonly<Record<string, unknown>> = {}): ComponentValue {
  return { ...filled(fieldsOf(component), stated), type: component.name };
}

function filled(
  fields: Readonly<Record<string, JsonSchema>>,
  stated: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...stated };
  for (const [name, schema] of Object.entries(fields)) {
    const value = stated[name] ?? schema.default;
    if (value === undefined) continue;
    result[name] = completed(schema, value);
  }
  return result;
}

/** A value as a resolved recipe has it: with the defaults of its own fields. */
export function completed(schema: JsonSchema, value: unknown): unknown {
  const properties = objectForm(schema)?.properties;
  return properties && isMap(value) ? filled(properties, value) : value;
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
