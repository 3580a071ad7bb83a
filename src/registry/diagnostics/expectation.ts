import type { JsonSchema } from '../values/schema-type.ts';
import type { Plain } from '../values/value.ts';
import { either, show } from './findings/finding.ts';

/** What a schema takes, in words: `an integer from 1`, `none or imagenet`, `a number above 0, or null`. */
export function expectation(schema: JsonSchema): string {
  const choices = choicesOf(schema);
  if (choices) return either(choices.map(plainWord));
  if (schema.anyOf) return schema.anyOf.map(expectation).join(', or ');
  const unit = schema.unit ? ` ${schema.unit}` : '';
  switch (schema.type) {
    case 'integer':
      return `a whole number${range(schema)}${unit && ` (${schema.unit})`}`;
    case 'number':
      return `a number${range(schema)}${unit && ` (${schema.unit})`}`;
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return schema.items && isSimple(schema.items) ? `a list, each item ${expectation(schema.items)}` : 'a list';
    case 'object':
      return objectWords(schema);
    default:
      return 'another value';
  }
}

/** ` from 0 to 1`, ` above 0`, or nothing. */
export function range(schema: JsonSchema): string {
  const low =
    schema.minimum !== undefined
      ? ` from ${number(schema.minimum)}`
      : schema.exclusiveMinimum !== undefined
        ? ` above ${number(schema.exclusiveMinimum)}`
        : '';
  const high =
    schema.maximum !== undefined
      ? ` ${schema.minimum !== undefined ? 'to' : low ? 'and up to' : 'up to'} ${number(schema.maximum)}`
      : schema.exclusiveMaximum !== undefined
        ? ` ${low ? 'and ' : ''}below ${number(schema.exclusiveMaximum)}`
        : '';
  const step = schema.multipleOf !== undefined ? `, a multiple of ${schema.multipleOf}` : '';
  return low + high + step;
}

/** Items that are said in a few words. */
const isSimple = (schema: JsonSchema): boolean =>
  choicesOf(schema) !== null || ['string', 'number', 'integer', 'boolean'].includes(String(schema.type));

const number = (value: number): string => (value === Number.MAX_SAFE_INTEGER ? '2^53 - 1' : String(value));

/** The values of a schema that is a closed list of words, or null. */
export function choicesOf(schema: JsonSchema): readonly Plain[] | null {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return schema.enum;
  const consts = schema.anyOf?.map((branch) => branch.const);
  return consts?.length && consts.every((value) => value !== undefined) ? consts : null;
}

export const plainWord = (value: Plain): string => (typeof value === 'string' ? value : show(value));

function objectWords(schema: JsonSchema): string {
  const keys = Object.keys(schema.properties ?? {});
  return keys.length > 0 ? `a map with ${either(keys).replace(/ or ([^,]*)$/, ' and $1')}` : 'a map';
}
