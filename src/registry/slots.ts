import { type ComponentShape, LANGUAGE, type Shape, shapeAt } from './language.ts';
import type { Path } from './path.ts';
import type { Node } from './value.ts';

export interface Slot {
  path: Path;
  shape: ComponentShape;
  node: Node;
}

/** Each place of a recipe where a component stands, in the order of the data. */
export function slots(node: Node, shape: Shape | undefined = LANGUAGE, path: Path = []): Slot[] {
  if (!shape) return [];
  if (shape.is === 'component') return [{ path, shape, node }];
  if (node.kind === 'map') {
    return [...node.entries].flatMap(([key, child]) => slots(child, shapeAt(shape, key), [...path, key]));
  }
  if (node.kind === 'list') return node.items.flatMap((item, i) => slots(item, shapeAt(shape, i), [...path, i]));
  return [];
}
