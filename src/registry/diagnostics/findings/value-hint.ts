import type { JsonSchema } from '../../values/schema-type.ts';
import { takesNull } from '../../values/schema-type.ts';
import { show } from './finding.ts';

const takes = (schema: JsonSchema, type: string): boolean =>
  schema.type === type || (schema.anyOf?.some((branch) => takes(branch, type)) ?? false);

/** Any text: not one of some words. */
const takesText = (schema: JsonSchema): boolean =>
  (schema.type === 'string' && schema.enum === undefined && schema.const === undefined) ||
  (schema.anyOf?.some(takesText) ?? false);

const takesEmptyList = (schema: JsonSchema): boolean =>
  (schema.type === 'array' && (schema.minItems ?? 0) === 0) || (schema.anyOf?.some(takesEmptyList) ?? false);

const NOTHING = ['none', 'off', 'no', 'false', 'nil', 'null', 'never'];
const EMPTY_LIST = 'An empty list says that there is none: [].';

const takesNumber = (schema: JsonSchema): boolean => takes(schema, 'number') || takes(schema, 'integer');

/** A value's description, as a hint: what it is that the message speaks of. */
export const aboutValue = (schema: JsonSchema | null): string | undefined =>
  schema?.description === undefined ? undefined : `What it is: ${schema.description}`;

/** What an author most probably meant who wrote a value of another form. */
export function typeHint(schema: JsonSchema, value: unknown): string | undefined {
  if (typeof value === 'string') return textHint(schema, value) ?? aboutValue(schema);
  const text = textOf(value);
  if (text !== null && takesText(schema))
    return `Write it as a text: ${text}, on the command line '${text}' (the shell takes one pair of quotes away).`;
  if (value === false && takesEmptyList(schema)) return EMPTY_LIST;
  if (takes(schema, 'array') && !Array.isArray(value)) return listHint(value);
  return aboutValue(schema);
}

function textHint(schema: JsonSchema, value: string): string | undefined {
  const word = value.trim().toLowerCase();
  if (takes(schema, 'boolean')) {
    if (['yes', 'on', 'y'].includes(word)) return `Write true: in YAML 1.2 ${value} is a text.`;
    if (['no', 'off', 'n'].includes(word)) return `Write false: in YAML 1.2 ${value} is a text.`;
    if (['true', 'false'].includes(word)) return `Write ${word} without quotes.`;
  }
  if (takesNull(schema) && NOTHING.includes(word)) return 'Write null.';
  if (takesNumber(schema)) return numberHint(schema, value.trim());
  if (NOTHING.includes(word) && takesEmptyList(schema)) return EMPTY_LIST;
  if (takes(schema, 'array'))
    return `A list stands in brackets: [${value
      .split(/[\s,]+/)
      .filter(Boolean)
      .join(', ')}].`;
  return undefined;
}

function numberHint(schema: JsonSchema, text: string): string | undefined {
  if (text !== '' && Number.isFinite(Number(text))) return `Write ${text} without quotes.`;
  if (/^-?\d+,\d+$/.test(text)) return `Write ${text.replace(',', '.')}: a point separates decimals.`;
  const [, number, unit] = /^(-?[\d.]+(?:e[+-]?\d+)?)\s*([a-zµ%°][\w%°/]*)$/i.exec(text) ?? [];
  if (number === undefined || !Number.isFinite(Number(number))) return undefined;
  if (unit === '%' && highest(schema) <= 1) return `It is a share, and not per cent: ${hundredth(Number(number))}.`;
  return `Write ${number}: units are not written${schema.unit ? `, this one is in ${schema.unit}` : ''}.`;
}

function listHint(value: unknown): string {
  const keys = value !== null && typeof value === 'object' ? Object.entries(value) : null;
  // `{ brain, subdural }`: the wrong brackets.
  if (keys && keys.length > 0 && keys.every(([, child]) => child === null))
    return `A list stands in brackets: [${keys.map(([key]) => key).join(', ')}].`;
  return keys
    ? 'A list stands in brackets; or each of its items starts with -.'
    : `A list stands in brackets: [${show(value)}].`;
}

/** A number, a date or a truth value in the place of a text: a folder that is called 2019. */
const textOf = (value: unknown): string | null =>
  typeof value === 'number' || typeof value === 'boolean' ? `"${String(value)}"` : null;

/** A share that is written in per cent. */
export function rangeHint(schema: JsonSchema, value: unknown): string | undefined {
  const share = highest(schema) <= 1 && (schema.minimum ?? schema.exclusiveMinimum) === 0;
  if (!share || typeof value !== 'number' || value <= 1 || value / 100 > highest(schema)) return aboutValue(schema);
  return `It is a share, and not per cent: ${hundredth(value)}.`;
}

const highest = (schema: JsonSchema): number => schema.maximum ?? schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY;
const hundredth = (value: number): number => Number((value / 100).toPrecision(12));
