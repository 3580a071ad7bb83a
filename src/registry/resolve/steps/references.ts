import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import {
  referenceCycle,
  referenceForbidden,
  referenceForm,
  referenceMissing,
  referencesTooMany,
} from '../../diagnostics/findings/references.ts';
import { LANGUAGE, NO_REFERENCE, type Shape, shapeAt } from '../../language/language.ts';
import { Memo } from '../../values/memo.ts';
import { at, formatPath, type Path, parsePath } from '../../values/path.ts';
import { isReference, type MapNode, type Node, type Place, type ScalarNode } from '../../values/value.ts';

/** References copy; so many values in all, so that a file of a few lines cannot fill the memory. */
const MOST_VALUES = 20_000;

/**
 * Step 8: each `${path}` takes the value that stands at that path once defaults are filled in, whatever its type. The
 * node keeps its own place, and names its target's in `via`. Nothing is evaluated. A tree without references is
 * returned as it is.
 */
export function followReferences(recipe: Node): { node: Node; findings: Diagnostic[] } {
  if (!holdsReference(recipe)) return { node: recipe, findings: [] };
  const work = new Follower(recipe);
  const node = work.follow(recipe, LANGUAGE, []);
  return { node: work.stopped ? recipe : node, findings: work.findings };
}

const holding = new Memo<boolean>();

function holdsReference(node: Node): boolean {
  if (node.kind === 'scalar') return isReference(node);
  return holding.of(node, () => {
    if (node.kind === 'list') return node.items.some(holdsReference);
    for (const child of node.entries.values()) if (holdsReference(child)) return true;
    return false;
  });
}

/** Where references stand that could not be followed: each has a finding of its own. */
export function unfollowed(node: Node): Place[] {
  if (!holdsReference(node)) return [];
  if (node.kind === 'scalar') return [node.place];
  const children = node.kind === 'list' ? node.items : [...node.entries.values()];
  return children.flatMap(unfollowed);
}

class Follower {
  readonly findings: Diagnostic[] = [];
  stopped = false;
  private copied = 0;
  /** By the place of the reference: each is followed once. */
  private readonly done = new Map<Node, Node>();
  /** Paths of the references that are being followed. */
  private readonly open: string[] = [];

  constructor(private readonly root: Node) {}

  follow(node: Node, shape: Shape | undefined, path: Path): Node {
    if (this.stopped || !holdsReference(node)) return node;
    if (isReference(node)) return this.reference(node, path);
    if (node.kind === 'list') {
      const items = node.items.map((item, i) => this.follow(item, shapeAt(shape, i), [...path, i]));
      return items.every((item, i) => item === node.items[i]) ? node : { ...node, items };
    }
    if (node.kind !== 'map') return node;
    const entries = new Map<string, Node>();
    let changed = false;
    for (const [key, child] of node.entries) {
      const below = this.entry(node, key, child, shape, [...path, key]);
      changed ||= below !== child;
      entries.set(key, below);
    }
    return changed ? { ...node, entries } : node;
  }

  private entry(map: MapNode, key: string, child: Node, shape: Shape | undefined, path: Path): Node {
    const what = shape?.is === 'component' && key === 'type' ? 'type' : map === this.root && NO_REFERENCE.includes(key);
    if (what === false) return this.follow(child, shapeAt(shape, key), path);
    if (isReference(child)) this.findings.push(referenceForbidden(child.place, path, key));
    return child;
  }

  private reference(node: ScalarNode & { value: string }, path: Path): Node {
    const known = this.done.get(node);
    if (known) return known;
    const found = this.target(node, path);
    this.done.set(node, found);
    return found;
  }

  private target(node: ScalarNode & { value: string }, path: Path): Node {
    const text = /^\$\{\s*([^{}]*?)\s*\}$/.exec(node.value)?.[1];
    const parts = text === undefined ? null : parsePath(text);
    if (!parts) {
      this.findings.push(referenceForm(node.place, path, node.value));
      return node;
    }
    const target = parts.map(({ part }) => part);
    const name = formatPath(target);
    const own = formatPath(path);
    const from = this.open.indexOf(own);
    if (from >= 0) {
      this.findings.push(referenceCycle(node.place, path, [...this.open.slice(from), own]));
      return node;
    }
    this.open.push(own);
    const value = this.valueAt(target);
    this.open.pop();
    if (value === 'missing') {
      this.findings.push(referenceMissing(node.place, path, name, this.paths()));
      return node;
    }
    if (value === 'broken') return node;
    this.copied += size(value);
    if (this.copied > MOST_VALUES) {
      this.stopped = true;
      this.findings.push(referencesTooMany(node.place, path, MOST_VALUES));
      return node;
    }
    const via = [{ path: name, place: value.place }, ...(value.via ?? [])];
    return {
      ...withoutForeign(value, path),
      place: node.place,
      key: node.key,
      layer: node.layer,
      shadowed: node.shadowed,
      via,
    };
  }

  /**
   * The value at a path with its own references followed, those on the way too. `broken`: a reference of it, or on the
   * way to it, leads nowhere or in a circle, which is a finding of its own.
   */
  private valueAt(target: Path): Node | 'missing' | 'broken' {
    let node: Node = this.root;
    let shape: Shape | undefined = LANGUAGE;
    const way: (string | number)[] = [];
    for (const part of target) {
      if (isReference(node)) node = this.reference(node, way);
      if (isReference(node)) return 'broken';
      const below = at(node, [part]);
      if (below === undefined) return 'missing';
      node = below;
      shape = shapeAt(shape, part);
      way.push(part);
    }
    const value = this.follow(node, shape, way);
    return holdsReference(value) ? 'broken' : value;
  }

  private paths(): string[] {
    const found: string[] = [];
    const walk = (node: Node, path: Path): void => {
      if (path.length > 0) found.push(formatPath(path));
      if (node.kind === 'map') for (const [key, child] of node.entries) walk(child, [...path, key]);
      if (node.kind === 'list') for (const [i, item] of node.items.entries()) walk(item, [...path, i]);
    };
    walk(this.root, []);
    return found;
  }
}

/** A block without what only its own place has and nobody stated: `train.sequence: ${train.backbone}` draws no slices. */
function withoutForeign(value: Node, path: Path): Node {
  const shape = path.reduce<Shape | undefined>((above, part) => shapeAt(above, part), LANGUAGE);
  if (value.kind !== 'map' || shape?.is !== 'map') return value;
  const isForeign = (key: string, { layer, shadowed }: Node) =>
    layer === 'default' && shadowed === null && shapeAt(shape, key) === undefined;
  return { ...value, entries: new Map([...value.entries].filter(([key, child]) => !isForeign(key, child))) };
}

const sizes = new WeakMap<Node, number>();

function size(node: Node): number {
  if (node.kind === 'scalar') return 1;
  const known = sizes.get(node);
  if (known !== undefined) return known;
  let sum = 1;
  for (const child of node.kind === 'list' ? node.items : node.entries.values()) sum += size(child);
  sizes.set(node, sum);
  return sum;
}
