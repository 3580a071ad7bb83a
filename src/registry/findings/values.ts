import type { Diagnostic } from '../diagnostic.ts';
import { choicesOf, expectation, plainWord } from '../expectation.ts';
import { ownComponentsFor, ownKeysFor } from '../foreign-names.ts';
import type { Home } from '../homes.ts';
import { isSameWord, nearest } from '../nearest.ts';
import { formatPath, type Path } from '../path.ts';
import type { JsonSchema } from '../schema-type.ts';
import type { Place } from '../value.ts';
import { either, finding, show } from './finding.ts';

const at = (path: Path): string => (path.length === 0 ? 'the recipe' : formatPath(path));
const known = (names: readonly string[]): string =>
  names.length === 0 ? 'Nothing can be set there.' : `Known there: ${names.join(', ')}.`;

/** `homes`: where the language knows a key, from where it stands. */
export function unknownKey(
  place: Place,
  path: Path,
  names: readonly string[],
  owner: string,
  homes: (key: string) => readonly Home[],
): Diagnostic {
  const key = String(path.at(-1));
  return finding('error', 'unknown-key', place, path, `${key} is no key of ${owner}.`, keyHint(path, names, homes));
}

/** The same word in another spelling, another framework's word, the same key at another level, a slip; or what is known. */
function keyHint(path: Path, names: readonly string[], homes: (key: string) => readonly Home[]): string {
  const key = String(path.at(-1));
  if (key === '<<') return 'YAML 1.2 has no merge keys: use extends.';
  const near = nearest(key, names);
  if (near !== null && isSameWord(key, near)) return `Did you mean ${near}?`;
  const foreign = ownKeysFor(key);
  const here = foreign.find((name) => names.includes(name));
  if (here !== undefined) return `Here it is called ${here}.`;
  const own = homes(key);
  const moved = own.some(({ present }) => present) ? moveHint(path, own) : null;
  if (moved !== null) return near === null ? `${moved} ${known(names)}` : `${moved} Or did you mean ${near}?`;
  if (near !== null) return `Did you mean ${near}?`;
  if (own.length > 0) return `${moveHint(path, own)} ${known(names)}`;
  const elsewhere = foreign.flatMap((name) => homes(name));
  if (elsewhere.length > 0) return `Here it is called ${either(elsewhere.slice(0, 3).map((home) => home.path))}.`;
  return known(names);
}

/** How a key gets to where it belongs. A component's own parameter names the component. */
function moveHint(path: Path, homes: readonly Home[]): string {
  const paths = homes.slice(0, 3).map((home) => home.path);
  const [first] = homes;
  if (first?.components && first.path === pattern(path)) {
    return `${String(path.at(-1))} belongs to ${either(first.components)}: type: ${first.components[0]}.`;
  }
  if (paths.length > 1) return `Move it: it is known as ${either(paths)}.`;
  const parent = (paths[0] ?? '').replace(/\.?[^.]*$/, '');
  if (parent === '') return `Move it to the top of the recipe, in the first column.`;
  if (parent.endsWith('.NAME')) return `Move it under one of ${parent.slice(0, -5)}: it is known as ${paths[0]}.`;
  if (parent.endsWith('[]')) return `Move it into an item of ${parent.slice(0, -2)}: it is known as ${paths[0]}.`;
  return `Move it under ${parent}: it is known as ${paths[0]}.`;
}

const pattern = (path: Path): string =>
  formatPath(path)
    .replaceAll(/\[\d+\]/g, '[]')
    .replace(/^windows\.[^.]+/, 'windows.NAME');

/** What an author would write, where the schema's own words say too little. */
const EXAMPLES: Readonly<Record<string, string>> = {
  recipe: 'A recipe starts with: recipe: 1',
  'data.source': 'For example: source: { type: rsna, root: data/rsna }. See: ichor list source',
  channels: 'For example: channels: [brain, subdural, bone], each the name of a window.',
  backbone: 'For example: backbone: small-cnn. See: ichor list backbone',
};

export const missingKey = (place: Place, path: Path, schema: JsonSchema | null): Diagnostic => {
  const takes = schema?.type || schema?.anyOf ? `: ${expectation(schema)}` : '';
  const name = formatPath(path);
  return finding(
    'error',
    'missing-key',
    place,
    path,
    `${name} is missing${takes}.`,
    EXAMPLES[name] ?? aboutValue(schema),
  );
};

/** A value's description, as a hint: what it is that the message speaks of. */
export const aboutValue = (schema: JsonSchema | null): string | undefined =>
  schema?.description === undefined ? undefined : `What it is: ${schema.description}`;

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
  return aboutValue(schema);
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
    rangeHint(schema, value) ?? aboutValue(schema),
  );

/** A share that is written in per cent. */
function rangeHint(schema: JsonSchema, value: unknown): string | undefined {
  const most = schema.maximum ?? schema.exclusiveMaximum;
  const share = most === 1 && (schema.minimum ?? schema.exclusiveMinimum) === 0;
  if (!share || typeof value !== 'number' || value <= 1 || value > 100) return undefined;
  return `It is a share, and not per cent: ${Number((value / 100).toPrecision(12))}.`;
}

export function notOneOf(place: Place, path: Path, schema: JsonSchema, value: unknown): Diagnostic {
  const words = (choicesOf(schema) ?? []).map(plainWord);
  const near = typeof value === 'string' ? nearest(value, words) : null;
  const message = `${at(path)} must be ${either(words)}, and here is ${show(value)}.`;
  return finding('error', 'not-one-of', place, path, message, near ? `Did you mean ${near}?` : aboutValue(schema));
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

/** `others`: kinds that have a component of this name. */
export function unknownComponent(
  place: Place,
  path: Path,
  kind: string,
  name: string,
  names: readonly string[],
  others: readonly string[] = [],
): Diagnostic {
  const message = `There is no ${kind} named ${name}.`;
  const hint = componentHint(kind, name, names, others);
  return finding('error', 'unknown-component', place, path, message, hint);
}

function componentHint(kind: string, name: string, names: readonly string[], others: readonly string[]): string {
  const near = nearest(name, names);
  if (near !== null) return `Did you mean ${near}?`;
  const foreign = ownComponentsFor(name).filter((own) => names.includes(own));
  if (foreign.length > 0) return `Here it is called ${either(foreign)}.`;
  const all = `Known: ${names.join(', ') || 'none'}. See: ichor list ${kind}`;
  const [other] = others;
  return other === undefined ? all : `${name} is ${/^[aeiou]/.test(other) ? 'an' : 'a'} ${other}. ${all}`;
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
