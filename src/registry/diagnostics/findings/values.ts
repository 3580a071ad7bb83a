import { ownComponentsFor, ownKeysFor } from '../../language/foreign-names.ts';
import type { Home } from '../../language/homes.ts';
import { formatPath, type Path } from '../../values/path.ts';
import type { JsonSchema } from '../../values/schema-type.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { choicesOf, expectation, plainWord } from '../expectation.ts';
import { isSameWord, nearest } from '../nearest.ts';
import { thrownText } from '../thrown-text.ts';
import { either, finding, show } from './finding.ts';
import { aboutValue, rangeHint, typeHint } from './value-hint.ts';

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
  const joined = /^([A-Za-z]\w*):(\S+)$/.exec(key);
  if (joined) return `A space follows the colon: ${joined[1]}: ${joined[2]}`;
  const dotted = path.length === 1 && /^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/.test(key) ? key.split('.') : null;
  if (dotted) return `Write it as blocks: ${dotted.join(': { ')}: …${' }'.repeat(dotted.length - 1)}`;
  const near = nearest(key, names);
  if (near !== null && isSameWord(key, near)) return `Did you mean ${near}?`;
  const foreign = ownKeysFor(key);
  const here = foreign.find((name) => names.includes(name));
  if (here !== undefined) return `Here it is called ${here}.`;
  const own = homes(key);
  const moved = own.some(({ present }) => present) ? moveHint(path, own) : null;
  if (moved !== null) return near === null ? moved : `${moved} Or did you mean ${near}?`;
  if (near !== null) return `Did you mean ${near}?`;
  if (own.length > 0) return `${moveHint(path, own)} ${known(names)}`;
  const elsewhere = foreign.flatMap((name) => homes(name));
  if (elsewhere.length > 0) return `Here it is called ${either(elsewhere.slice(0, 3).map((home) => home.path))}.`;
  return known(names);
}

/** The key of this block that an unknown one most probably stands for, or null. */
export function keyMeant(key: string, names: readonly string[]): string | null {
  return ownKeysFor(key).find((name) => names.includes(name)) ?? nearest(key, names);
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
  const takes = (schema?.type || schema?.anyOf) && schema.const === undefined ? `: ${expectation(schema)}` : '';
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

export function wrongType(place: Place, path: Path, schema: JsonSchema, value: unknown): Diagnostic {
  const message = `${at(path)} must be ${expectation(schema)}, and here is ${describe(value)}.`;
  return finding('error', 'wrong-type', place, path, message, typeHint(schema, value));
}

export const outOfRange = (place: Place, path: Path, schema: JsonSchema, value: unknown): Diagnostic =>
  finding(
    'error',
    'out-of-range',
    place,
    path,
    `${at(path)} must be ${expectation(schema)}, and here is ${show(value)}.`,
    rangeHint(schema, value),
  );

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
    value === '1' ? 'Write recipe: 1, without quotes.' : 'Write recipe: 1, or use an ichor that reads this version.',
  );

/** `keys`: what the block says instead. */
export function missingType(
  place: Place,
  path: Path,
  kind: string,
  names: readonly string[],
  keys: readonly string[],
): Diagnostic {
  const named = keys.find((key) => names.includes(key));
  const hint = named ? `Its name is the value of type: { type: ${named}, … }` : `type: ${either(names)}`;
  return finding(
    'error',
    'missing-type',
    place,
    [...path, 'type'],
    `${at(path)} does not say which ${kind} it is.`,
    hint,
  );
}

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
  if (name === 'none') return `To have none, the word stands in the place of the whole block: ${kind}: none`;
  const near = nearest(name, names) ?? names.find((own) => own.endsWith(`/${name}`)) ?? null;
  if (near !== null) return `Did you mean ${near}?`;
  if (kind === 'source' && /[\\/]/.test(name))
    return `A folder is named by root: { type: ${names[0] ?? 'NAME'}, root: ${name.replaceAll('\\', '/')} }`;
  const prefix = /^([a-z0-9-]+)\/[a-z0-9-]+$/.exec(name)?.[1];
  if (prefix !== undefined && !names.some((known) => known.startsWith(`${prefix}/`)))
    return `${prefix}/… comes from a plugin: name it under plugins, as in plugins: [./${prefix}.ts]. See: ichor list ${kind}`;
  const foreign = ownComponentsFor(name).filter((own) => names.includes(own));
  if (foreign.length > 0) return `Here it is called ${either(foreign)}.`;
  const all = `Known: ${names.join(', ') || 'none'}. See: ichor list ${kind}`;
  const [other] = others;
  return other === undefined ? all : `${name} is ${/^[aeiou]/.test(other) ? 'an' : 'a'} ${other}. ${all}`;
}

export const notABlock = (place: Place, path: Path, what: string, word: string | null, value: unknown): Diagnostic =>
  finding(
    'error',
    'wrong-type',
    place,
    path,
    `${at(path)} must be ${what}${word === null ? '' : `, or ${word}`}, and here is ${describe(value)}.`,
    path[0] === 'windows' && Array.isArray(value) && value.length === 2
      ? `Name the two numbers: { level: ${show(value[0])}, width: ${show(value[1])} }`
      : 'A block names its type: { type: NAME, … }; a bare NAME is short for { type: NAME }.',
  );

export const componentFailed = (place: Place, path: Path, name: string, error: unknown): Diagnostic =>
  finding(
    'error',
    'component-failed',
    place,
    path,
    `The contract of ${name} failed: ${thrownText(error)}`,
    'The component itself is at fault: tell its author.',
  );

export const paramsContradict = (
  place: Place,
  path: Path,
  name: string,
  { says, instead }: { says: string; instead?: string },
): Diagnostic => finding('error', 'params-contradict', place, path, `${name}: ${says}`, instead);

function describe(value: unknown): string {
  if (typeof value === 'string') return `the text ${show(value)}`;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : show(value);
}
