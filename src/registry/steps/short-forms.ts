import { type Shape, shapeAt } from '../language.ts';
import { isText, type MapNode, type Node } from '../value.ts';

/** Step 2, per file and per value of `--set`: bare names become the blocks that they stand for. */
export function expandShortForms(node: Node, shape: Shape | undefined): Node {
  if (isText(node)) {
    if (shape?.is === 'component' && !(shape.none && node.value === 'none')) return block('type', node);
    if (shape?.is === 'map' && shape.short) return block(shape.short, node);
    return node;
  }
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item, i) => expandShortForms(item, shapeAt(shape, i))) };
  if (node.kind === 'map' && shape) {
    const entries = [...node.entries].map(
      ([key, child]) => [key, expandShortForms(child, shapeAt(shape, key))] as const,
    );
    return { ...node, entries: new Map(entries) };
  }
  return node;
}

/** `bi-lstm` to `{ type: bi-lstm }`: both stand where the word stands. */
function block(field: string, word: Node): MapNode {
  const { place, key, layer } = word;
  return { kind: 'map', entries: new Map([[field, word]]), place, key, layer, shadowed: null };
}
