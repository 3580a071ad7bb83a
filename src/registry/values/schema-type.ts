import type { TSchema } from 'typebox';
import type { Plain } from './value.ts';

/** What the recipe language reads of a TypeBox schema. Options of our own: `unit`, `affectsResult: false`. */
export interface JsonSchema {
  type?: string | readonly string[];
  const?: Plain;
  enum?: readonly Plain[];
  anyOf?: readonly JsonSchema[];
  properties?: Readonly<Record<string, JsonSchema>>;
  patternProperties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  default?: Plain;
  description?: string;
  /** Unit of a number, as `describe` shows it: `HU`, `degrees`. */
  unit?: string;
  /** False: part of no key, because it cannot change what comes out (a folder's place). */
  affectsResult?: boolean;
  /** Keys of a map of which one stands: a layer that states one drops the others of the layers below. */
  alternatives?: readonly string[];
  /** Key of the object form: a block that says only this is the same as its text, and becomes it. */
  short?: string;
  /** Of a source, false: pictures may change with it, and neither who the labelled patients are nor any label does. */
  affectsTruth?: boolean;
}

/** TypeBox types its options away; this is the same object with them in view. */
export const schemaOf = (schema: TSchema): JsonSchema => schema as JsonSchema;

/** True where null is one of the values that a schema takes. */
export function takesNull(schema: JsonSchema): boolean {
  if (schema.type === 'null' || schema.const === null) return true;
  if (Array.isArray(schema.type) && schema.type.includes('null')) return true;
  return (schema.enum?.includes(null) ?? false) || (schema.anyOf?.some(takesNull) ?? false);
}

/** The schema's object form: itself, or the one branch of a union that is an object. */
export function objectForm(schema: JsonSchema): JsonSchema | null {
  if (schema.properties) return schema;
  const branches = schema.anyOf?.filter((branch) => branch.properties) ?? [];
  return branches.length === 1 ? (branches[0] ?? null) : null;
}
