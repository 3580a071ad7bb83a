import { isDeepStrictEqual } from 'node:util';
import type { Component } from '../kinds/component.ts';
import type { Kind } from '../kinds/kind.ts';
import { fieldsOf } from '../language/fields.ts';
import { nestedIn, wordOf } from '../language/language.ts';
import type { Registry } from '../registry.ts';
import type { JsonSchema } from '../values/schema-type.ts';
import type { EditorSchema } from './editor-schema.ts';
import { listEdit } from './list-edit.ts';
import { ofValue } from './of-value.ts';
import { REFERENCE_OR_NULL } from './reference.ts';

export const keyOf = ({ kind, name }: Component): string => `${kind}.${name.replace('/', '.')}`;
export const ref = (key: string): EditorSchema => ({ $ref: `#/definitions/${key}` });

/**
 * A component's place: its bare name, its block, a reference. The block's `type` chooses the one schema that the
 * rest is held to (if/then), so that a misspelt key is marked at its own line and with the keys of that component:
 * of a union an editor reports the branch that happens to fit best. A block without `type` completes the one below it
 * and takes the keys of any component of the kind.
 */
export function ofKind(kind: Kind, registry: Registry): EditorSchema {
  const components = registry.all().filter((component) => component.kind === kind);
  const name = nameOf(kind, components);
  const states = (type: EditorSchema): EditorSchema => ({ type: 'object', properties: { type }, required: ['type'] });
  const foreign = states({ type: 'string', pattern: foreignPattern(components) });
  const known = states({ enum: components.map((component) => component.name) });
  return {
    properties: { type: name },
    anyOf: [...name.anyOf, REFERENCE_OR_NULL, { type: 'object' }],
    allOf: [
      ...components.map((component) => ({
        if: states({ const: component.name }),
        // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema; nothing awaits a schema.
        then: ref(keyOf(component)),
      })),
      { if: { anyOf: [known, foreign, { type: ['string', 'null'] }] }, else: ref(`${kind}.any`) },
    ],
  };
}

/** The block of one component. */
export function ofComponent(component: Component): EditorSchema {
  const fields = fieldsOf(component);
  return {
    title: component.name,
    description: component.summary,
    properties: {
      type: { const: component.name, description: component.summary },
      ...valuesOf(fields),
      ...nestedOf(component.kind),
    },
    additionalProperties: false,
    errorMessage: keysMessage(`The ${component.kind} ${component.name}`, ['type', ...Object.keys(fields)]),
  };
}

/** A block that does not say its type: the fields of all components of a kind. */
export function ofAny(kind: Kind, registry: Registry): EditorSchema {
  const fields = new Map<string, EditorSchema[]>();
  for (const component of registry.all().filter((one) => one.kind === kind)) {
    for (const [name, schema] of Object.entries({ ...valuesOf(fieldsOf(component)), ...nestedOf(kind) })) {
      const forms = fields.get(name) ?? [];
      if (!forms.some((form) => isDeepStrictEqual(form, schema))) fields.set(name, [...forms, schema]);
    }
  }
  const properties = [...fields].map(([name, forms]) => {
    const [only] = forms;
    return [name, forms.length === 1 && only ? only : { description: only?.description, anyOf: forms }] as const;
  });
  return {
    properties: {
      type: nameOf(
        kind,
        registry.all().filter((one) => one.kind === kind),
      ),
      ...Object.fromEntries(properties),
    },
    additionalProperties: false,
    errorMessage: keysMessage(capital(article(kind)), ['type', ...fields.keys()]),
  };
}

const valuesOf = (fields: Readonly<Record<string, JsonSchema>>): Record<string, EditorSchema> =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, ofValue(schema, { references: true })]));

/** Common fields that are components, or lists of them, themselves. */
const nestedOf = (kind: Kind): Record<string, EditorSchema> =>
  Object.fromEntries(
    Object.entries(nestedIn(kind)).map(([name, shape]) => {
      const { description } = shape;
      if (shape.is === 'list') {
        const items = shape.of.is === 'component' ? ref(shape.of.kind) : {};
        return [name, { description, ...listEdit(items, true, items), items, default: shape.default }];
      }
      const word = wordOf(shape);
      const words = word === undefined ? [] : [{ enum: [word] }];
      return [name, { description, anyOf: [ref(shape.kind), ...words], default: word }];
    }),
  );

/** Of an unknown key, and of what is no map at all. */
export const keysMessage = (owner: string, keys: readonly string[]): string =>
  `${owner} takes the keys ${keys.join(', ')}.`;

/** Names of this kind; and names of plugins that this schema knows nothing of, which it cannot judge. */
function nameOf(kind: Kind, components: readonly Component[]) {
  const names = components.map(({ name }) => name);
  return {
    description: `Which ${kind} it is. See: npx ichor list ${kind}.`,
    anyOf: [
      {
        enum: names,
        enumDescriptions: components.map(({ summary }) => summary),
        errorMessage: `There is no ${kind} of this name. Known: ${names.join(', ')}.`,
      },
      { type: 'string', pattern: foreignPattern(components) },
    ],
  };
}

/** `acme/sigmoid`, but for the prefixes of plugins whose components are all here. */
function foreignPattern(components: readonly Component[]): string {
  const prefixes = new Set(components.filter(({ name }) => name.includes('/')).map(({ name }) => name.split('/')[0]));
  const known = prefixes.size > 0 ? `(?!(${[...prefixes].join('|')})/)` : '';
  return `^${known}[a-z0-9-]+/[a-z0-9-]+$`;
}

const article = (kind: Kind): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
