import { IchorError } from '../../../errors.ts';
import { resolveStated } from '../../../files/stated-path.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { pathNotExpanded } from '../../diagnostics/findings/paths.ts';
import {
  forbiddenKey,
  oddCharacter,
  setIndex,
  setReserved,
  setSyntax,
  setTwice,
} from '../../diagnostics/findings/syntax.ts';
import { oddInName } from '../../diagnostics/odd-characters.ts';
import { LANGUAGE, type Shape, shapeAt } from '../../language/language.ts';
import { FORBIDDEN_KEYS } from '../../registry.ts';
import { differences } from '../../values/differences.ts';
import { at, formatPath, type Path, parsePath } from '../../values/path.ts';
import { isText, type Layer, type MapNode, type Node, type Place, type Plain, plain } from '../../values/value.ts';
import { DATA_ROOT } from './data-root.ts';
import { merge } from './merge.ts';
import { parseSetValue } from './set-value.ts';
import { expandShortForms } from './short-forms.ts';

/** Stands in the place of a file for what the command line sets; the line counts the arguments. */
export const SET_FILE = '--set';

export interface Part {
  part: string | number;
  place: Place;
}

/** One value for one path, from the command line or from a point of a sweep. */
export interface Assignment {
  /** As it was written. */
  text: string;
  parts: readonly Part[];
  value: Node;
}

/** Step 6: each `path=value`, its value read as YAML, over the recipe. One path has one value. */
export function override(
  recipe: Node,
  set: readonly string[],
  cwd: string,
): { node: Node; assignments: Assignment[]; findings: Diagnostic[] } {
  const findings: Diagnostic[] = [];
  const assignments = set.flatMap((argument, index) => readAssignment(argument, index + 1, findings) ?? []);
  findings.push(...twice(assignments));
  const node = assignAll(recipe, assignments, findings);
  return { node: fromWorkingDirectory(node, cwd, findings), assignments, findings };
}

/** Of two values for one path one would go lost: a line that was called again with a change at its end, or a slip. */
function twice(assignments: readonly Assignment[]): Diagnostic[] {
  const first = new Map<string, Assignment>();
  return assignments.flatMap((assignment) => {
    const { parts, value } = assignment;
    const path = parts.map(({ part }) => part);
    const before = first.get(formatPath(path));
    if (before === undefined) first.set(formatPath(path), assignment);
    const place = parts[0]?.place;
    if (before === undefined || place === undefined || !contradict(plain(before.value), plain(value))) return [];
    return [setTwice(place, path, plain(before.value), plain(value))];
  });
}

/** Blocks are merged, so that they contradict each other only where both say something of one key. */
function contradict(a: Plain, b: Plain): boolean {
  if (isBlock(a) && isBlock(b))
    return Object.entries(a).some(([key, value]) => b[key] !== undefined && contradict(value, b[key]));
  return differences(a, b).length > 0;
}

const isBlock = (value: Plain): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const assignAll = (recipe: Node, assignments: readonly Assignment[], findings: Diagnostic[]): Node =>
  assignments.reduce((node, { parts, value }) => assign(node, LANGUAGE, parts, 0, value, findings), recipe);

function readAssignment(argument: string, line: number, findings: Diagnostic[]): Assignment | null {
  const place = (offset: number): Place => ({ file: SET_FILE, line, column: offset + 1 });
  const equals = argument.indexOf('=');
  const form = 'Write it as path=value: train.backbone.epochs=2, or augment[0].probability=0.3.';
  const fail = (finding: Diagnostic) => {
    findings.push(finding);
    return null;
  };
  const odd = oddInName(equals < 0 ? argument : argument.slice(0, equals));
  if (odd) return fail(oddCharacter(place(odd.at), [], `--set ${argument}`, odd));
  if (equals < 0) return fail(setSyntax(place(0), `--set ${argument} has no "=".`, form));
  const text = argument.slice(0, equals).trimEnd();
  const path = parsePath(text);
  if (!path) return fail(setSyntax(place(0), `${JSON.stringify(argument.slice(0, equals))} is no path.`, form));
  const parts = path.map(({ part, offset }) => ({ part, place: place(offset) }));
  const problem = pathProblem(parts, 'from the command line');
  if (problem) return fail(problem);
  const parsed = parseSetValue(argument.slice(equals + 1), {
    file: SET_FILE,
    line,
    column: equals + 2,
    layer: 'command line',
    path: path.map(({ part }) => part),
  });
  findings.push(...parsed.findings);
  if (parsed.findings.length > 0) return null;
  if (!parsed.node) {
    return fail(
      setSyntax(place(equals), `--set ${argument} has no value.`, `To remove it: ${argument.slice(0, equals)}=null`),
    );
  }
  return { text, parts, value: parsed.node };
}

/** What no layer above the files may set, or null. */
export function pathProblem(parts: readonly Part[], by: string): Diagnostic | null {
  const [first] = parts;
  const keys = parts.map(({ part }) => part);
  for (const { part, place } of parts) {
    if (FORBIDDEN_KEYS.has(String(part))) return forbiddenKey(place, keys, String(part));
  }
  const digits = parts.find(
    ({ part }, i) => typeof part === 'string' && /^\d+$/.test(part) && parts[i - 1]?.part !== 'windows',
  );
  if (digits) {
    const meant = formatPath(keys.map((key) => (/^\d+$/.test(String(key)) ? Number(key) : key)));
    return setSyntax(digits.place, `${formatPath(keys)} is no path.`, `Items of a list stand in brackets: ${meant}`);
  }
  const reserved = RESERVED[String(first?.part)];
  return first && reserved ? setReserved(first.place, keys, by, reserved) : null;
}

const RESERVED: Readonly<Record<string, string>> = {
  extends: 'Write a recipe of two lines that extends both.',
  recipe: 'It is the version of the language that the file is written in.',
  smoke: 'The option --smoke sets it.',
  plugins: 'List the plugin in the recipe: what runs code stands in a file.',
  profiles: 'Choose one with --profile NAME.',
  sweep: 'Change the recipe: a sweep resumes only with the recipe that it was started with.',
  resolved: 'ichor writes it.',
};

function assign(
  node: Node | undefined,
  shape: Shape | undefined,
  parts: readonly Part[],
  done: number,
  value: Node,
  findings: Diagnostic[],
): Node {
  const rest = parts.slice(done);
  const [first] = rest;
  // Without an index on the way the assignment is a layer like any file, so that the same rules of merging hold.
  if (!first || rest.every(({ part }) => typeof part === 'string')) {
    const path = parts.slice(0, done).map(({ part }) => part);
    return merge(node, expandShortForms(nested(rest, value), shape), shape, findings, path);
  }
  const below = (child: Node | undefined) =>
    assign(child, shapeAt(shape, first.part), parts, done + 1, value, findings);
  const path: Path = parts.slice(0, done + 1).map(({ part }) => part);
  if (typeof first.part === 'string') {
    const map = node?.kind === 'map' ? node : emptyMap(first.place, value.layer);
    const child = below(map.entries.get(first.part));
    return { ...map, entries: new Map([...map.entries, [first.part, child]]) };
  }
  const items = node?.kind === 'list' ? node.items : [];
  const index = first.part;
  if (index >= items.length) {
    const has =
      node?.kind === 'list'
        ? `the list has ${items.length === 1 ? '1 item' : `${items.length} items`}`
        : 'no list stands there';
    findings.push(setIndex(first.place, path, `There is no item ${index}: ${has}.`));
    return node ?? emptyMap(first.place, value.layer);
  }
  return { ...(node as Node & { kind: 'list' }), items: items.map((item, i) => (i === index ? below(item) : item)) };
}

function emptyMap(place: Place, layer: Layer): MapNode {
  return { kind: 'map', entries: new Map(), place, key: place, layer, shadowed: null };
}

function nested(parts: readonly Part[], value: Node): Node {
  let node = value;
  for (const { part, place } of [...parts].reverse()) {
    const entries = new Map([[String(part), { ...node, key: place }]]);
    node = { kind: 'map', entries, place, key: null, layer: value.layer, shadowed: null };
  }
  return node;
}

/** Folders and files that a recipe names. */
function placesOf(recipe: Node): Path[] {
  const further = at(recipe, ['sequence', 'backbones']);
  const backbones: Path[] = [
    ['backbone'],
    ...(further?.kind === 'list' ? further.items.map((_, index): Path => ['sequence', 'backbones', index]) : []),
  ];
  const root = at(recipe, DATA_ROOT);
  const roots: Path[] = root?.kind === 'list' ? root.items.map((_, index) => [...DATA_ROOT, index]) : [DATA_ROOT];
  return [...roots, ...backbones.map((path) => [...path, 'weights', 'file'])];
}

/** What the command line names is meant from where the command was typed. */
function fromWorkingDirectory(recipe: Node, cwd: string, findings: Diagnostic[]): Node {
  return placesOf(recipe).reduce((node, path) => {
    const place = at(node, path);
    if (!isText(place) || place.layer !== 'command line' || place.value.includes('${')) return node;
    try {
      return replaceAt(node, path, { ...place, value: resolveStated(place.value, cwd) });
    } catch (error) {
      if (!(error instanceof IchorError)) throw error;
      findings.push(pathNotExpanded(place.place, path, error));
      return node;
    }
  }, recipe);
}

function replaceAt(node: Node, [first, ...rest]: Path, value: Node): Node {
  if (first === undefined) return value;
  if (node.kind === 'list' && typeof first === 'number')
    return { ...node, items: node.items.map((item, i) => (i === first ? replaceAt(item, rest, value) : item)) };
  const child = node.kind === 'map' ? node.entries.get(String(first)) : undefined;
  if (node.kind !== 'map' || !child) return node;
  return { ...node, entries: new Map([...node.entries, [String(first), replaceAt(child, rest, value)]]) };
}
