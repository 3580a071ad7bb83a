import type { Component } from '../registry/kinds/component.ts';
import { blockSchema } from '../registry/language/fields.ts';
import { checkSchema } from '../registry/resolve/steps/check-schema.ts';
import type { JsonSchema } from '../registry/values/schema-type.ts';
import { nodeOf, type Plain } from '../registry/values/value.ts';

const PLACE = { file: '', line: 0, column: 0 };

/** What a recipe with these values would be told: the messages of the validator that checks recipes. */
export type Validator = (values: unknown) => string[];

/** Of a component's whole block, `type` and common fields included. */
export const blockValidator = (component: Component): Validator =>
  validator(blockSchema(component), `the ${component.kind} ${component.name}`);

export function validator(schema: JsonSchema, owner: string): Validator {
  const context = { owner: () => owner, homes: () => [] };
  return (values) =>
    checkSchema(nodeOf(values as Plain, PLACE, 'recipe'), [], schema, context).map(({ message }) => message);
}
