import { IchorError } from '../errors.ts';
import { choicesOf, plainWord, range } from './diagnostics/expectation.ts';
import { COMMON } from './kinds/common.ts';
import type { Kind } from './kinds/kind.ts';
import { fieldsOf } from './language/fields.ts';
import type { Registry } from './registry.ts';
import type { JsonSchema } from './values/schema-type.ts';
import type { Plain } from './values/value.ts';

export interface ParameterDescription {
  name: string;
  /** `whole number`, `number or null`, `linear or area`. */
  type: string;
  /** Undefined: a recipe must state it. */
  default?: Plain;
  /** `from 0 to 1`; empty where there is no bound. */
  range: string;
  unit: string;
  description: string;
  /** A field that every component of the kind takes. */
  common: boolean;
}

export interface ComponentDescription {
  kind: Kind;
  name: string;
  version: number;
  summary: string;
  /** Common fields first. */
  parameters: ParameterDescription[];
}

/** What `ichor describe` shows. Throws IchorError `unknown-component`. */
export function describeComponent(registry: Registry, kind: Kind, name: string): ComponentDescription {
  const component = registry.get(kind, name);
  if (!component) {
    throw new IchorError('unknown-component', `There is no ${kind} named ${name}.`, `See: ichor list ${kind}`, 2);
  }
  const { version, summary } = component;
  const parameters = Object.entries(fieldsOf(component)).map(([field, schema]) => ({
    name: field,
    type: typeWords(schema),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    range: rangeOf(schema),
    unit: schema.unit ?? '',
    description: schema.description ?? '',
    common: Object.hasOwn(COMMON[kind].properties, field),
  }));
  return { kind, name, version, summary, parameters };
}

function typeWords(schema: JsonSchema): string {
  const choices = choicesOf(schema);
  if (choices) return choices.map(plainWord).join(' or ');
  if (schema.anyOf) return schema.anyOf.map(typeWords).join(' or ');
  switch (schema.type) {
    case 'integer':
      return 'whole number';
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return schema.items ? `list of ${typeWords(schema.items)}` : 'list';
    case 'object':
      return 'map';
    default:
      return String(schema.type ?? 'any value');
  }
}

function rangeOf(schema: JsonSchema): string {
  const own = range(schema).trim();
  return own || (schema.anyOf?.map(rangeOf).find((text) => text !== '') ?? '');
}
