import { Memo } from '../values/memo.ts';
import type { Path } from '../values/path.ts';
import type { Node } from '../values/value.ts';
import { type ComponentShape, LANGUAGE, type Shape, shapeAt } from './language.ts';

export interface Slot {
  path: Path;
  shape: ComponentShape;
  node: Node;
}

/** Each place of a recipe where a component stands, in the order of the data. */
export function slots(recipe: Node): readonly Slot[] {
  return collected.of(recipe, () => {
    const found: Slot[] = [];
    collect(recipe, LANGUAGE, [], found);
    return found;
  });
}

/** Several steps ask for the slots of one tree. */
const collected = new Memo<readonly Slot[]>();

function collect(node: Node, shape: Shape | undefined, path: Path, found: Slot[]): void {
  if (!shape || shape.is === 'value' || node.kind === 'scalar') {
    if (shape?.is === 'component') found.push({ path, shape, node });
    return;
  }
  // A component's block may hold components itself: `sequence.split`.
  if (shape.is === 'component') found.push({ path, shape, node });
  if (node.kind === 'map') {
    for (const [key, child] of node.entries) collect(child, shapeAt(shape, key), [...path, key], found);
  } else if (node.kind === 'list') {
    for (const [i, item] of node.items.entries()) collect(item, shapeAt(shape, i), [...path, i], found);
  }
}
