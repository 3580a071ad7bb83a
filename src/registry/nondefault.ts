import { IchorError } from '../errors.ts';
import { fieldsOf } from './fields.ts';
import type { Kind } from './kinds.ts';
import type { ComponentValue } from './recipe.ts';
import type { Registry } from './registry.ts';
import { type JsonSchema, objectForm } from './schema-type.ts';

/** What of a component enters a stage's key. */
export interface ComponentKey {
  name: string;
  version: number;
  /** Parameters that differ from their defaults, common fields included; without those that affect no result. */
  params: Readonly<Record<string, unknown>>;
}

/**
 * A component as a stage's key knows it: a new parameter at its default changes no key, nor does a folder's place.
 * Throws IchorError `unknown-component` where the registry has none of this name.
 */
export function componentKey(registry: Registry, kind: Kind, value: ComponentValue): ComponentKey {
  const component = registry.get(kind, value.type);
  if (!component) {
    throw new IchorError('unknown-component', `There is no ${kind} named ${value.type}.`, `See: ichor list ${kind}`, 2);
  }
  const { type: _, ...params } = value;
  return { name: component.name, version: component.version, params: nonDefault(params, fieldsOf(component)) };
}

function nonDefault(
  values: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, JsonSchema>>,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const schema = fields[name];
    if (value === undefined || schema?.affectsResult === false || (schema && isDefault(value, schema))) continue;
    const properties = schema && objectForm(schema)?.properties;
    kept[name] = properties && isMap(value) ? nonDefault(value, properties) : value;
  }
  return kept;
}

function isDefault(value: unknown, schema: JsonSchema): boolean {
  return schema.default !== undefined && equal(value, complete(schema.default, schema));
}

/** A default as `fillDefaults` writes it: with the defaults of its own fields. */
function complete(value: unknown, schema: JsonSchema): unknown {
  const properties = objectForm(schema)?.properties;
  if (!properties || !isMap(value)) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const [name, field] of Object.entries(properties)) {
    const own = filled[name] ?? field.default;
    if (own !== undefined) filled[name] = complete(own, field);
  }
  return filled;
}

function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
