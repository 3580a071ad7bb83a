import type { Kind } from '../../registry/kinds/kind.ts';
import { type Shape, shapeAt } from '../../registry/language/language.ts';
import { componentKey, languageKey, shapeOf } from '../../registry/language/nondefault.ts';
import type { ComponentValue, ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Path } from '../../registry/values/path.ts';
import type { Json } from '../store/key.ts';

/** One part of a stage's slice, and the part of the recipe that it is. */
export interface SlicePiece {
  slice: Path;
  recipe: Path;
  /** What stands in the slice where it is not what stands at the recipe's path: a component that the path only names. */
  component?: { kind: Kind; type: string };
  value?: Json;
}

export interface Slice {
  slice: Json;
  from: readonly SlicePiece[];
  components: Readonly<Record<string, number>>;
}

/** The slice that these pieces of the recipe make: plain values and components, each only where it is not the default. */
export function sliceOf(recipe: ResolvedRecipe, registry: Registry, pieces: readonly SlicePiece[]): Slice {
  let slice: Tree = {};
  const components: Record<string, number> = {};
  for (const piece of pieces) {
    const stated = valueAt(recipe, piece.recipe);
    const found = piece.component
      ? [{ kind: piece.component.kind, value: { type: piece.component.type } }]
      : componentsIn(stated, shapeOf(piece.recipe));
    const keys = found.map(({ kind, value }) => ({ kind, key: componentKey(registry, kind, value) }));
    for (const { kind, key } of keys) components[`${kind} ${key.name}`] = key.version;
    const key = piece.component ? keys[0]?.key : (piece.value ?? languageKey(registry, stated, shapeOf(piece.recipe)));
    // A place in a list is never left empty.
    const kept = key ?? (typeof piece.slice.at(-1) === 'number' ? {} : undefined);
    if (kept !== undefined) slice = put(slice, piece.slice, kept as Tree) as Tree;
  }
  return { slice: slice as Json, from: pieces, components };
}

/** The value at a path of plain data; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string | number, unknown>)[part];
  }
  return here;
}

/** Every component of a part of a resolved recipe, with its kind, in order. */
export function componentsIn(value: unknown, shape: Shape | undefined): { kind: Kind; value: ComponentValue }[] {
  if (shape === undefined || typeof value !== 'object' || value === null) return [];
  if (shape.is === 'component') {
    const nested = Object.entries(value).flatMap(([key, child]) => componentsIn(child, shapeAt(shape, key)));
    return [{ kind: shape.kind, value: value as ComponentValue }, ...nested];
  }
  if (Array.isArray(value)) return value.flatMap((item, i) => componentsIn(item, shapeAt(shape, i)));
  return Object.entries(value).flatMap(([key, child]) => componentsIn(child, shapeAt(shape, key)));
}

type Tree = { [key: string]: Tree | undefined } | Tree[] | string | number | boolean | null;

function put(tree: Tree | undefined, [first, ...rest]: Path, value: Tree): Tree {
  if (first === undefined) return merged(tree, value);
  if (typeof first === 'number') {
    const list = Array.isArray(tree) ? [...tree] : [];
    list[first] = put(list[first], rest, value);
    return list;
  }
  const map = typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? tree : {};
  return { ...map, [first]: put(map[first], rest, value) };
}

/** `train` and `train.metric` meet in one map, whichever comes first. */
function merged(tree: Tree | undefined, value: Tree): Tree {
  const maps = [tree, value].every((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
  return maps ? { ...(tree as object), ...(value as object) } : value;
}
