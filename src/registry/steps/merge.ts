import { COMMON, DEFAULT_COMPONENT } from '../common.ts';
import { type ComponentShape, type Shape, shapeAt } from '../language.ts';
import { isText, type MapNode, type Node, shadow } from '../value.ts';

/**
 * `upper` over `lower`: maps merge, lists replace, null removes (it stays as a mark until defaults are filled in).
 * In a component's block a changed `type` drops the parameters below but for the kind's common fields; a block without
 * `type` leaves the type below it as it is.
 */
export function merge(lower: Node | undefined, upper: Node, shape: Shape | undefined): Node {
  if (!lower) return upper;
  if (lower.kind !== 'map' || upper.kind !== 'map') return shadow(upper, lower);
  const base = shape?.is === 'component' ? withoutOtherParameters(lower, upper, shape) : lower;
  const entries = new Map(base.entries);
  for (const [key, child] of upper.entries) entries.set(key, merge(entries.get(key), child, shapeAt(shape, key)));
  return { ...upper, key: upper.key ?? lower.key, entries };
}

function withoutOtherParameters(lower: MapNode, upper: MapNode, shape: ComponentShape): MapNode {
  const before = typeOf(lower, shape);
  const after = upper.entries.get('type');
  if (!isText(after) || before === undefined || after.value === before) return lower;
  const kept = COMMON[shape.kind].properties;
  return {
    ...lower,
    entries: new Map([...lower.entries].filter(([key]) => key === 'type' || Object.hasOwn(kept, key))),
  };
}

/** The type of a block: what it says, or the kind's default component. */
export function typeOf(block: MapNode, shape: ComponentShape): string | undefined {
  const type = block.entries.get('type');
  if (isText(type)) return type.value;
  return type === undefined ? DEFAULT_COMPONENT[shape.kind] : undefined;
}
