import type { Diagnostic } from '../diagnostic.ts';
import { choicesOf, expectation, plainWord } from '../expectation.ts';
import { nearest } from '../nearest.ts';
import { formatPath, type Path } from '../path.ts';
import type { JsonSchema } from '../schema-type.ts';
import type { Place } from '../value.ts';
import { either, finding, show } from './finding.ts';

const at = (path: Path): string => (path.length === 0 ? 'the recipe' : formatPath(path));
const known = (names: readonly string[]): string =>
  names.length === 0 ? 'Nothing can be set there.' : `Known there: ${names.join(', ')}.`;

/** `elsewhere`: paths at which the language knows this key. */
export function unknownKey(
  place: Place,
  path: Path,
  names: readonly string[],
  owner: string,
  elsewhere: readonly string[],
): Diagnostic {
  const key = String(path.at(-1));
  const near = nearest(key, names);
  const hint = near
    ? `Did you mean ${near}?`
    : elsewhere.length > 0
      ? `It is known at ${either(elsewhere.slice(0, 3))}. ${known(names)}`
      : known(names);
  const yamlMerge = key === '<<' ? 'YAML 1.2 has no merge keys: use extends.' : hint;
  return finding('error', 'unknown-key', place, path, `${key} is no key of ${owner}.`, yamlMerge);
}

export const missingKey = (place: Place, path: Path, schema: JsonSchema | null, hint?: string): Diagnostic =>
  finding(
    'error',
    'missing-key',
    place,
    path,
    `${formatPath(path)} is missing${schema ? `: ${expectation(schema)}` : ''}.`,
    hint ?? schema?.description,
  );

export function wrongType(place: Place, path: Path, schema: JsonSchema, value: unknown): Diagnostic {
  const message = `${at(path)} must be ${expectation(schema)}, and here is ${describe(value)}.`;
  return finding('error', 'wrong-type', place, path, message, typeHint(schema, value));
}

function typeHint(schema: JsonSchema, value: unknown): string | undefined {
  if (typeof value === 'string') {
    const word = value.toLowerCase();
    if (takes(schema, 'boolean')) {
      if (['yes', 'on', 'y'].includes(word)) return `Write true: in YAML 1.2 ${value} is a text.`;
      if (['no', 'off', 'n'].includes(word)) return `Write false: in YAML 1.2 ${value} is a text.`;
      if (['true', 'false'].includes(word)) return `Write ${word} without quotes.`;
    }
    const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
    if (isNumber && (takes(schema, 'number') || takes(schema, 'integer')))
      return `Write ${value.trim()} without quotes.`;
    if (/^-?\d+,\d+$/.test(value)) return `Write ${value.replace(',', '.')}: a point separates decimals.`;
  }
  if (takes(schema, 'array') && !Array.isArray(value)) return `A list stands in brackets: [${show(value)}].`;
  return schema.description;
}

const takes = (schema: JsonSchema, type: string): boolean =>
  schema.type === type || (schema.anyOf?.some((branch) => takes(branch, type)) ?? false);

export const outOfRange = (place: Place, path: Path, schema: JsonSchema, value: unknown): Diagnostic =>
  finding(
    'error',
    'out-of-range',
    place,
    path,
    `${at(path)} must be ${expectation(schema)}, and here is ${show(value)}.`,
    schema.description,
  );

export function notOneOf(place: Place, path: Path, schema: JsonSchema, value: unknown): Diagnostic {
  const words = (choicesOf(schema) ?? []).map(plainWord);
  const near = typeof value === 'string' ? nearest(value, words) : null;
  const message = `${at(path)} must be ${either(words)}, and here is ${show(value)}.`;
  return finding('error', 'not-one-of', place, path, message, near ? `Did you mean ${near}?` : schema.description);
}

export const wrongForm = (place: Place, path: Path, message: string, hint?: string): Diagnostic =>
  finding('error', 'wrong-form', place, path, message, hint);

export const languageVersion = (place: Place, value: unknown): Diagnostic =>
  finding(
    'error',
    'language-version',
    place,
    ['recipe'],
    `This recipe is written in version ${show(value)} of the recipe language, and this ichor reads version 1.`,
    'recipe: 1',
  );

export const missingType = (place: Place, path: Path, kind: string, names: readonly string[]): Diagnostic =>
  finding(
    'error',
    'missing-type',
    place,
    [...path, 'type'],
    `${at(path)} does not say which ${kind} it is.`,
    `type: ${either(names)}`,
  );

export function unknownComponent(
  place: Place,
  path: Path,
  kind: string,
  name: string,
  names: readonly string[],
): Diagnostic {
  const near = nearest(name, names);
  const hint = near ? `Did you mean ${near}?` : `Known: ${names.join(', ') || 'none'}. See: ichor list ${kind}`;
  return finding('error', 'unknown-component', place, path, `There is no ${kind} named ${name}.`, hint);
}

export const notABlock = (place: Place, path: Path, what: string, none: boolean, value: unknown): Diagnostic =>
  finding(
    'error',
    'wrong-type',
    place,
    path,
    `${at(path)} must be ${what}${none ? ', or none' : ''}, and here is ${describe(value)}.`,
  );

export const componentFailed = (place: Place, path: Path, name: string, error: unknown): Diagnostic =>
  finding(
    'error',
    'component-failed',
    place,
    path,
    `The contract of ${name} failed: ${error instanceof Error ? error.message : String(error)}`,
    'The component itself is at fault: tell its author.',
  );

function describe(value: unknown): string {
  if (typeof value === 'string') return `the text ${show(value)}`;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : show(value);
}
