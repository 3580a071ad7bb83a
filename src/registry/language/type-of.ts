import { DEFAULT_COMPONENT } from '../kinds/common.ts';
import { isText, type MapNode } from '../values/value.ts';
import type { ComponentShape } from './language.ts';

/** The type of a block: what it says, or the kind's default component. */
export function typeOf(block: MapNode, shape: ComponentShape): string | undefined {
  const type = block.entries.get('type');
  if (isText(type)) return type.value;
  return type === undefined ? DEFAULT_COMPONENT[shape.kind] : undefined;
}
