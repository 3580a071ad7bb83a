import type { Component } from '../registry/kinds/component.ts';
import { fieldsOf } from '../registry/language/fields.ts';
import type { ComponentValue } from '../registry/recipe.ts';
import type { JsonSchema } from '../registry/values/schema-type.ts';
import type { Report } from './findings.ts';
import { isMap } from './params.ts';
import type { Validator } from './validator.ts';

/** Parameters that a recipe may state, and in words what is special about them. */
export interface Case {
  params: ComponentValue;
  /** `its defaults`, `width = 0.1`. */
  words: string;
}

/** Looks at one case after the other, and stops where one is broken: the others would say the same of other values. */
export function eachCase(cases: readonly Case[], problem: Report, look: (at: Case, problem: Report) => void): void {
  let found = false;
  for (const at of cases) {
    look(at, (sentence) => {
      found = true;
      problem(sentence);
    });
    if (found) return;
  }
}

/**
 * Every value at which a schema ends (smallest, largest, each choice, null, an empty list), each alone on top of `base`.
 * What another rule of the schema forbids is left out, and what contradicts the others by the component's own word.
 */
export function boundaryCases(component: Component, base: ComponentValue, valid: Validator): Case[] {
  return Object.entries(fieldsOf(component)).flatMap(([name, schema]) =>
    variants(schema, base[name])
      .filter(({ value }) => JSON.stringify(value) !== JSON.stringify(base[name]))
      .map(({ value, words }) => ({ params: { ...base, [name]: value }, words: `${name}${words}` }))
      .filter(({ params }) => valid(params).length === 0)
      .filter(({ params }) => (component.contradiction?.(params as never) ?? null) === null),
  );
}

interface Variant {
  /** Of the whole parameter. */
  value: unknown;
  /** ` = 2`, `.spread = 2`. */
  words: string;
}

function variants(schema: JsonSchema, current: unknown): Variant[] {
  const own = (values: readonly unknown[]): Variant[] =>
    values.map((value) => ({ value, words: ` = ${JSON.stringify(value)}` }));
  if (schema.const !== undefined) return own([schema.const]);
  if (schema.enum) return own(schema.enum);
  if (schema.anyOf) return schema.anyOf.flatMap((branch) => variants(branch, current));
  switch (schema.type) {
    case 'number':
    case 'integer':
      return own(ends(schema));
    case 'boolean':
      return own([false, true]);
    case 'null':
      return own([null]);
    case 'array':
      return own(schema.minItems ? [] : [[]]);
    case 'object':
      return isMap(current) ? insideOf(schema, current) : [];
    default:
      return [];
  }
}

function insideOf(schema: JsonSchema, current: Record<string, unknown>): Variant[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    variants(field, current[name]).map(({ value, words }) => ({
      value: { ...current, [name]: value },
      words: `.${name}${words}`,
    })),
  );
}

/** Both ends of a range; beside an end that is itself left out, the nearest value that a recipe would have. */
function ends(schema: JsonSchema): number[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const low = minimum ?? exclusiveMinimum;
  const high = maximum ?? exclusiveMaximum;
  const whole = schema.type === 'integer';
  const span = low !== undefined && high !== undefined ? high - low : Math.max(1, Math.abs(low ?? high ?? 1));
  const beside = whole ? 1 : span * 1e-6;
  const values: number[] = [];
  if (minimum !== undefined) values.push(minimum);
  else if (exclusiveMinimum !== undefined) values.push(exclusiveMinimum + beside);
  if (maximum !== undefined) values.push(maximum);
  else if (exclusiveMaximum !== undefined) values.push(exclusiveMaximum - beside);
  return values;
}
