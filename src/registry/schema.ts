import { fieldsOf } from './fields.ts';
import type { Component } from './kinds.ts';
import { KINDS } from './kinds.ts';
import { LANGUAGE, PART, type Shape } from './language.ts';
import type { Registry } from './registry.ts';
import { type JsonSchema, takesNull } from './schema-type.ts';

/** A schema of draft-07 as an editor reads it. */
export type EditorSchema = Readonly<Record<string, unknown>>;

/**
 * JSON Schema (draft-07) of a recipe FILE for editors: short forms are taken, nothing is required (a part may state it)
 * and null, which removes, stands anywhere. Completion by `type` comes from one branch per component.
 */
export function recipeSchema(registry: Registry): EditorSchema {
  const definitions: Record<string, EditorSchema> = {};
  for (const component of registry.all()) definitions[keyOf(component)] = blockOf(component);
  for (const kind of KINDS) definitions[kind] = kindOf(kind, registry);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Recipe of ichor',
    ...ofShape(LANGUAGE),
    type: 'object',
    definitions,
  };
}

const keyOf = ({ kind, name }: Component): string => `${kind}.${name.replace('/', '.')}`;
const ref = (key: string): EditorSchema => ({ $ref: `#/definitions/${key}` });

function kindOf(kind: Component['kind'], registry: Registry): EditorSchema {
  const components = registry.all().filter((component) => component.kind === kind);
  const names = components.map(({ name }) => name);
  return {
    anyOf: [
      { type: 'string', enum: names, description: `The bare name of a ${kind}: all its parameters at their defaults.` },
      ...components.map((component) => ref(keyOf(component))),
      { type: 'null', description: 'Removes what a part states.' },
    ],
  };
}

function blockOf(component: Component): EditorSchema {
  const fields = Object.entries(fieldsOf(component)).map(([name, schema]) => [name, ofValue(schema)] as const);
  return {
    type: 'object',
    title: component.name,
    description: component.summary,
    properties: { type: { const: component.name, description: component.summary }, ...Object.fromEntries(fields) },
    additionalProperties: false,
  };
}

function ofShape(shape: Shape): EditorSchema {
  const { description } = shape;
  switch (shape.is) {
    case 'value':
      return { ...ofValue(shape.schema), description };
    case 'component': {
      const none = { const: 'none', description: 'No such block.' };
      // Beside a $ref draft-07 reads nothing else.
      return shape.none ? { description, anyOf: [none, ref(shape.kind)] } : { description, allOf: [ref(shape.kind)] };
    }
    case 'list': {
      const items = { description, items: ofShape(shape.of), ...(shape.minItems ? { minItems: shape.minItems } : {}) };
      return { type: ['array', 'null'], ...items, ...(shape.default === undefined ? {} : { default: shape.default }) };
    }
    case 'part':
      return { ...ofShape(PART), description };
    case 'named':
      return { description, type: ['object', 'null'], additionalProperties: ofShape(shape.of) };
    case 'map': {
      const fields = Object.entries(shape.fields).map(([key, field]) => [key, ofShape(field)] as const);
      const block = {
        description,
        type: ['object', 'null'],
        properties: Object.fromEntries(fields),
        additionalProperties: false,
      };
      return shape.short ? { description, anyOf: [{ type: 'string' }, { ...block, type: 'object' }] } : block;
    }
  }
}

/** A parameter's schema in draft-07, its unit in the words that an editor shows, null among its values. */
function ofValue(schema: JsonSchema): EditorSchema {
  const { unit, affectsResult: _, ...standard } = schema;
  const description = [schema.description, unit && `Unit: ${unit}.`].filter(Boolean).join(' ');
  return orNull({ ...standard, ...(description ? { description } : {}) });
}

function orNull(schema: JsonSchema): EditorSchema {
  if (takesNull(schema) || schema.const !== undefined) return { ...schema };
  if (schema.anyOf) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  return { ...schema };
}
