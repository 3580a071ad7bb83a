import { IchorError } from '../../errors.ts';
import { DEFAULT_COMPONENT } from '../kinds/common.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ComponentValue } from '../recipe.ts';
import type { Registry } from '../registry.ts';
import type { Path } from '../values/path.ts';
import { type JsonSchema, objectForm } from '../values/schema-type.ts';
import { fieldsOf } from './fields.ts';
import { type ComponentShape, LANGUAGE, type ListShape, nestedIn, type Shape, shapeAt, wordOf } from './language.ts';

/** What of a component enters a stage's key. */
export interface ComponentKey {
  name: string;
  version: number;
  /** Parameters that differ from their defaults, common fields included; without those that affect no result. */
  params: Readonly<Record<string, unknown>>;
  /** Hash of the local file that holds it. */
  code?: string;
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
  const nested = Object.entries(nestedIn(kind)).flatMap(([key, shape]) => {
    const part = languageKey(registry, params[key], shape);
    delete params[key];
    return part === undefined ? [] : [[key, part] as const];
  });
  return {
    name: component.name,
    version: component.version,
    params: { ...nonDefault(params, fieldsOf(component)), ...Object.fromEntries(nested) },
    ...(component.code === undefined ? {} : { code: component.code }),
  };
}

/**
 * A value of the language as a key knows it, by the shape at its path: what stands at its default is left out, so that
 * a new field at its default changes no key. Undefined: all of it does. A component stands as `ComponentKey`; the one
 * that stands there by default is left out as long as it is its first version, with nothing said about it.
 */
export function languageKey(registry: Registry, value: unknown, shape: Shape | undefined = LANGUAGE): unknown {
  if (value === undefined || shape === undefined) return value;
  switch (shape.is) {
    case 'value': {
      const { schema } = shape;
      if (schema.affectsResult === false || isDefault(value, schema)) return undefined;
      return withoutIdle(value, schema);
    }
    case 'component':
      return componentPart(registry, value, shape);
    case 'list':
      return listPart(registry, value, shape);
    case 'map':
    case 'named': {
      if (!isMap(value)) return value;
      const entries = Object.entries(value).flatMap(([key, child]) => {
        const part = languageKey(registry, child, shapeAt(shape, key));
        if (part !== undefined) return [[key, part] as const];
        // A name that the recipe chose says something by itself; a field of the language does not.
        return shape.is === 'named' ? [[key, {}] as const] : [];
      });
      return shape.is === 'map' && entries.length === 0 ? undefined : Object.fromEntries(entries);
    }
  }
}

/** The shape of the language at a path; undefined below components and plain values. */
export const shapeOf = (path: Path): Shape | undefined =>
  path.reduce<Shape | undefined>((shape, part) => shapeAt(shape, part), LANGUAGE);

/** The component that stands where a recipe says nothing. */
export function defaultComponent(shape: Shape | undefined): string | undefined {
  return shape?.is === 'component' && shape.default === 'component' ? DEFAULT_COMPONENT[shape.kind] : undefined;
}

function componentPart(registry: Registry, value: unknown, shape: ComponentShape): unknown {
  if (!isComponent(value)) return shape.default === 'none' && value === wordOf(shape) ? undefined : value;
  const key = componentKey(registry, shape.kind, value);
  return key.name === defaultComponent(shape) && isPlain(key) ? undefined : key;
}

function listPart(registry: Registry, value: unknown, shape: ListShape): unknown {
  if (!Array.isArray(value)) return value;
  const { of } = shape;
  const items =
    of.is === 'component'
      ? value.map((item) => (isComponent(item) ? componentKey(registry, of.kind, item) : item))
      : value.map((item) => languageKey(registry, item, of) ?? {});
  const usual = Array.isArray(shape.default) && of.is === 'component' ? shape.default : null;
  if (usual === null || usual.length !== items.length) return items;
  const same = usual.every((item, i) => isMap(item) && isPlain(items[i]) && item.type === items[i].name);
  return same ? undefined : items;
}

const isPlain = (key: unknown): key is ComponentKey =>
  isMap(key) &&
  key.version === 1 &&
  key.code === undefined &&
  isMap(key.params) &&
  Object.keys(key.params).length === 0;

const isComponent = (value: unknown): value is ComponentValue => isMap(value) && typeof value.type === 'string';

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

/** A map without the fields that affect no result; undefined where it has no other: it says what its default says. */
function withoutIdle(value: unknown, schema: JsonSchema): unknown {
  const properties = objectForm(schema)?.properties;
  if (!properties || !isMap(value)) return value;
  const kept = Object.entries(value).filter(([name]) => properties[name]?.affectsResult !== false);
  return kept.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(kept);
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
