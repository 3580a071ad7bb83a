import { Document, isCollection, isMap, isPair, isScalar, isSeq, visit, type Node as YamlNode } from 'yaml';
import { IchorError } from '../errors.ts';
import { either, show } from './diagnostics/findings/finding.ts';
import { nearestPaths } from './diagnostics/nearest.ts';
import { type Help, helpAt } from './help.ts';
import type { Registry } from './registry.ts';
import { at, formatPath, type Path, parsePath } from './values/path.ts';
import type { Layer, Node, Place } from './values/value.ts';
import { plain } from './values/value.ts';

/** A layer that set a value, or that a later one shadowed. */
export interface Origin {
  layer: Layer;
  place: Place;
  value: string;
  /** Where the value was read from, where it is a reference. */
  via: readonly { path: string; place: Place }[];
}

export interface Explanation {
  path: string;
  help: Help | null;
  node: Node;
  /** What set it, and then what that shadowed, the last first. */
  origins: readonly Origin[];
}

/** One value of a resolved recipe with all that set it or was shadowed. Throws IchorError `unknown-path` (exit 2). */
export function explainValue(recipe: Node, registry: Registry, text: string): Explanation {
  const path = parsePath(text)?.map(({ part }) => part);
  const node = path && at(recipe, path);
  if (!path || !node) {
    const near = nearestPaths(text, pathsOf(recipe));
    throw new IchorError(
      'unknown-path',
      `This recipe has no value at ${text}.`,
      near.length > 0 ? `Did you mean ${either(near)}?` : 'Without a path the whole recipe is explained.',
      2,
    );
  }
  const origins: Origin[] = [];
  for (let one: Node | null = node; one; one = one.shadowed) {
    origins.push({ layer: one.layer, place: one.place, value: valueText(one), via: one.via ?? [] });
  }
  return { path: formatPath(path), help: helpAt(recipe, registry, path), node, origins };
}

export const valueText = (node: Node): string => show(plain(node));

function pathsOf(node: Node, path: Path = []): string[] {
  const own = path.length > 0 ? [formatPath(path)] : [];
  if (node.kind === 'map')
    return [...own, ...[...node.entries].flatMap(([key, child]) => pathsOf(child, [...path, key]))];
  if (node.kind === 'list') return [...own, ...node.items.flatMap((item, i) => pathsOf(item, [...path, i]))];
  return own;
}

export interface ExplainOptions {
  registry: Registry;
  /** A place as it is to be shown: from the working directory. */
  place(place: Place): string;
}

const WIDEST = 100;

/**
 * The complete resolved recipe, or the part at `path`, as YAML that can be run: above each key what it is and takes,
 * behind each value which layer set it.
 */
export function explainRecipe(recipe: Node, options: ExplainOptions, path: Path = []): string {
  const part = at(recipe, path) ?? recipe;
  const document = new Document(plain(part), { version: '1.2' });
  visit(document, {
    Collection(_, node) {
      if (!isMap(node) && node.items.every((item) => isScalar(item))) node.flow = true;
    },
    Pair(_, pair, ancestors) {
      const own = [...path, ...pathOf(ancestors), String((pair.key as { value: unknown }).value)];
      const key = pair.key as YamlNode;
      const indent = own.length - path.length - 1;
      const help = helpText(helpAt(recipe, options.registry, own));
      if (help) key.commentBefore = wrapped(help, WIDEST - 2 * indent);
      const node = at(recipe, own);
      const value = pair.value as YamlNode | null;
      const flat = isScalar(value) || (isSeq(value) && value.items.every((item) => isScalar(item)));
      if (node && value && flat) value.comment = ` ${originText(node, options)}`;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Where a node of the document lies in the recipe. */
function pathOf(ancestors: readonly unknown[]): Path {
  const path: (string | number)[] = [];
  for (const [index, ancestor] of ancestors.entries()) {
    const below = ancestors[index + 1];
    if (isPair(ancestor)) path.push(String((ancestor.key as { value: unknown }).value));
    else if (isCollection(ancestor) && !isMap(ancestor) && below !== undefined) {
      path.push((ancestor.items as unknown[]).indexOf(below));
    }
  }
  return path;
}

/** `Share of units. Takes a number from 0 to 1; default 0.3.` */
export function helpText(help: Help | null): string {
  if (!help) return '';
  const takes = help.takes && `Takes ${help.takes}`;
  const fallback = help.default === undefined ? '' : `default ${show(help.default)}`;
  const facts = [takes, fallback].filter(Boolean).join('; ');
  return [help.description, facts && `${facts}.`].filter(Boolean).join(' ');
}

function originText(node: Node, { place }: ExplainOptions): string {
  if (node.layer === 'default') return 'default';
  const via = node.via?.[0];
  return `${node.layer}: ${place(node.place)}${via ? `, from ${via.path}` : ''}`;
}

function wrapped(text: string, width: number): string {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > width) lines.push(` ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
