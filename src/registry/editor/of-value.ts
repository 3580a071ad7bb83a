import { choicesOf, expectation } from '../diagnostics/expectation.ts';
import type { JsonSchema } from '../values/schema-type.ts';
import type { Plain } from '../values/value.ts';
import type { EditorSchema } from './editor-schema.ts';
import { listEdit } from './list-edit.ts';
import { REFERENCE_EXAMPLE, REFERENCE_OR_NULL, REFERENCE_PATTERN } from './reference.ts';

export interface Standing {
  /** Whether a reference may stand in the place of the value. */
  references: boolean;
  /** Whether a map may stand in the place of a list and edit the one below it. */
  edits?: boolean;
}

/**
 * A value's schema for an editor: null, which removes, is taken everywhere, nothing is required (a part may state it)
 * and a reference stands for any value. Where it can be it is one flat schema: an editor explains the branches of a
 * union badly. `pattern` speaks of texts only and `minimum` of numbers only, so that both stand side by side.
 */
export function ofValue(schema: JsonSchema, standing: Standing): EditorSchema {
  const description = describe(schema);
  const known = schema.default === undefined ? {} : { default: schema.default };
  return { ...form(schema, standing), ...(description ? { description } : {}), ...known };
}

/** `errorMessage`: of the union that this is a branch of. */
function form(schema: JsonSchema, standing: Standing, errorMessage = mustBe(schema, standing)): EditorSchema {
  const choices = choicesOf(schema);
  const { references } = standing;
  if (choices) return ofChoices(choices, references, errorMessage);
  if (schema.anyOf) return ofUnion(schema.anyOf, standing, errorMessage);
  switch (schema.type) {
    case 'number':
    case 'integer':
    case 'boolean':
      return {
        type: references ? [schema.type, 'string', 'null'] : [schema.type, 'null'],
        ...limits(schema),
        ...(references ? { pattern: REFERENCE_PATTERN } : {}),
        errorMessage,
      };
    case 'string':
      return { type: ['string', 'null'], ...textLimits(schema, standing), errorMessage };
    case 'array':
      return ofList(schema, standing, errorMessage);
    case 'object':
      return ofObject(schema, standing, errorMessage);
    case 'null':
      return { type: 'null' };
    default:
      return {};
  }
}

function ofChoices(choices: readonly Plain[], references: boolean, errorMessage: string): EditorSchema {
  const words = { enum: choices.filter((choice) => choice !== null), errorMessage };
  return { anyOf: [words, references ? REFERENCE_OR_NULL : { type: 'null' }] };
}

/** An editor reports one branch, whose words must then speak for all of them. */
function ofUnion(branches: readonly JsonSchema[], standing: Standing, errorMessage: string): EditorSchema {
  const others = branches.filter((branch) => branch.type !== 'null' && branch.const !== null);
  const [only] = others;
  if (others.length === 1 && only) return form(only, standing, errorMessage);
  const forms = others.map((branch) => ({ ...ofValue(branch, standing), ...form(branch, standing, errorMessage) }));
  return { anyOf: standing.references ? [...forms, REFERENCE_OR_NULL] : forms };
}

function ofList(schema: JsonSchema, { references, edits }: Standing, errorMessage: string): EditorSchema {
  const items = schema.items ? ofValue(schema.items, { references }) : {};
  const { minItems, maxItems, uniqueItems } = schema;
  const list = { items, ...defined({ minItems, maxItems, uniqueItems }) };
  if (edits) return { ...listEdit(items, references, null), ...list };
  const reference = references ? { pattern: REFERENCE_PATTERN } : {};
  return { type: references ? ['array', 'string', 'null'] : ['array', 'null'], ...reference, ...list, errorMessage };
}

function ofObject(schema: JsonSchema, { references }: Standing, errorMessage: string): EditorSchema {
  const properties = Object.entries(schema.properties ?? {}).map(([key, child]) => [
    key,
    ofValue(child, { references }),
  ]);
  const pattern = Object.values(schema.patternProperties ?? {})[0];
  const free = pattern ?? schema.additionalProperties;
  return {
    type: references ? ['object', 'string', 'null'] : ['object', 'null'],
    ...(references ? { pattern: REFERENCE_PATTERN } : {}),
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
    additionalProperties: typeof free === 'object' ? ofValue(free, { references }) : (free ?? true),
    errorMessage,
  };
}

const defined = (values: Readonly<Record<string, unknown>>): EditorSchema =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function limits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: JsonSchema): EditorSchema {
  return defined({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf });
}

function textLimits({ minLength, maxLength, pattern }: JsonSchema, { references }: Standing): EditorSchema {
  const either = pattern !== undefined && references ? `${REFERENCE_PATTERN}|${pattern}` : pattern;
  return defined({ minLength, maxLength, pattern: either });
}

const orReference = `, or a reference to another value: ${REFERENCE_EXAMPLE}`;

const mustBe = (schema: JsonSchema, { references }: Standing): string =>
  `Must be ${expectation(schema)}${references ? orReference : ''}.`;

/** What hovering shows: the description, then the form, range, unit and default, in the words of the diagnostics. */
function describe(schema: JsonSchema): string {
  const said = schema.type === 'object' || choicesOf(schema)?.length === 1;
  const words = said ? '' : capital(expectation(schema));
  const fallback = schema.default === undefined ? '' : `Default: ${shown(schema.default)}`;
  return [schema.description, [words, fallback].filter(Boolean).join('. ')]
    .filter(Boolean)
    .map((part) => (/[.!?]$/.test(part ?? '') ? part : `${part}.`))
    .join(' ');
}

const shown = (value: unknown): string => (typeof value === 'string' ? value || '""' : JSON.stringify(value));
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
