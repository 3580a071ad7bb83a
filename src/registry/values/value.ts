/** Which layer of a recipe set a value; later ones win. */
export type Layer = 'default' | 'base' | 'recipe' | 'profile' | 'sweep' | 'command line';

/** A place in a file (or in an argument of `--set`); line and column count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

interface Sourced {
  /** Where the value stands. A default stands where the block stands that it completes. */
  place: Place;
  /** Where its key stands; null for items of a list and for defaults. */
  key: Place | null;
  layer: Layer;
  /** What this value replaced, which may have replaced something itself. */
  shadowed: Node | null;
  /** Where a reference stood: the values that it was read from, the nearest first. */
  via?: readonly Target[];
}

/** A value that a reference names. */
export interface Target {
  /** As a recipe writes it: `sequence.cells`. */
  path: string;
  place: Place;
}

export type Scalar = string | number | boolean | null;
export interface ScalarNode extends Sourced {
  kind: 'scalar';
  value: Scalar;
}
export interface ListNode extends Sourced {
  kind: 'list';
  items: readonly Node[];
}
export interface MapNode extends Sourced {
  kind: 'map';
  entries: ReadonlyMap<string, Node>;
}

/** A value of a recipe with its origin. Immutable: each step returns new nodes. */
export type Node = ScalarNode | ListNode | MapNode;

export type Plain = Scalar | readonly Plain[] | { readonly [key: string]: Plain };

/** The value without its origins. */
export function plain(node: Node): Plain {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, child]) => [key, plain(child)]));
}

/** Plain data as nodes that all stand at one place: defaults and built-in profiles. */
export function nodeOf(value: Plain, place: Place, layer: Layer, key: Place | null = null): Node {
  const sourced: Sourced = { place, key, layer, shadowed: null };
  if (value === null || typeof value !== 'object') return { kind: 'scalar', value, ...sourced };
  if (isPlainList(value)) return { kind: 'list', items: value.map((item) => nodeOf(item, place, layer)), ...sourced };
  const entries = Object.entries(value).map(([name, child]) => [name, nodeOf(child, place, layer, key)] as const);
  return { kind: 'map', entries: new Map(entries), ...sourced };
}

function isPlainList(value: object): value is readonly Plain[] {
  return Array.isArray(value);
}

export const isNull = (node: Node | undefined): boolean => node?.kind === 'scalar' && node.value === null;

export function isText(node: Node | undefined): node is ScalarNode & { value: string } {
  return node?.kind === 'scalar' && typeof node.value === 'string';
}

/** A text that is, or holds, a reference: `${sequence.cells}`. */
export function isReference(node: Node | undefined): node is ScalarNode & { value: string } {
  return isText(node) && node.value.includes('${');
}

/** `upper` in the place of `lower`: the whole chain of what it replaced stays reachable. */
export function shadow(upper: Node, lower: Node): Node {
  return { ...upper, shadowed: upper.shadowed ? shadow(upper.shadowed, lower) : lower };
}

/** Every place of a value and of what lies in it, keys included. */
export function placesOf(node: Node): Place[] {
  const own = node.key ? [node.place, node.key] : [node.place];
  if (node.kind === 'scalar') return own;
  const children = node.kind === 'list' ? node.items : [...node.entries.values()];
  return [...own, ...children.flatMap(placesOf)];
}
