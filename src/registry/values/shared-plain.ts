import { Memo } from './memo.ts';
import type { Node, Plain } from './value.ts';

const plains = new Memo<Plain>();

/** As `plain`, made once for each value: not to be changed. */
export function sharedPlain(node: Node): Plain {
  if (node.kind === 'scalar') return node.value;
  return plains.of(node, () =>
    node.kind === 'list'
      ? node.items.map(sharedPlain)
      : Object.fromEntries([...node.entries].map(([key, child]) => [key, sharedPlain(child)])),
  );
}
