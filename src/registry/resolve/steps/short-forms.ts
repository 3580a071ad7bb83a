import { type Shape, shapeAt, wordOf } from '../../language/language.ts';
import { isReference, isText, type MapNode, type Node } from '../../values/value.ts';
import { isItemsOfEdit, listEditOf } from './list-edit.ts';

/** Step 2, per file and per value of `--set`: bare names become the blocks that they stand for. References stay. */
export function expandShortForms(node: Node, shape: Shape | undefined): Node {
  if (isReference(node)) return node;
  if (isText(node)) {
    if (shape?.is === 'component' && node.value !== wordOf(shape)) return block('type', node);
    if (shape?.is === 'map' && shape.short) return block(shape.short, node);
    return node;
  }
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item, i) => expandShortForms(item, shapeAt(shape, i))) };
  if (node.kind !== 'map' || !shape) return node;
  const edit = listEditOf(node, shape);
  if (edit) return expandEdit(edit, shape);
  const entries = [...node.entries].map(([key, child]) => [key, expandShortForms(child, shapeAt(shape, key))] as const);
  return { ...node, entries: new Map(entries) };
}

/** `append` and `prepend` hold a list of the same shape, `patch` parts of items by their names. */
function expandEdit(edit: MapNode, list: Shape): MapNode {
  const entries = [...edit.entries].map(([key, child]): [string, Node] => {
    if (isItemsOfEdit(key)) return [key, expandShortForms(child, list)];
    if (key !== 'patch' || child.kind !== 'map') return [key, child];
    const parts = [...child.entries].map(([name, part]) => [name, expandShortForms(part, shapeAt(list, 0))] as const);
    return [key, { ...child, entries: new Map(parts) }];
  });
  return { ...edit, entries: new Map(entries) };
}

/** `bi-lstm` to `{ type: bi-lstm }`: both stand where the word stands. */
function block(field: string, word: Node): MapNode {
  const { place, key, layer } = word;
  return { kind: 'map', entries: new Map([[field, word]]), place, key, layer, shadowed: null };
}
