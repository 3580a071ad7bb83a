import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { listEditForm, listEditNothing } from '../../diagnostics/findings/list-edits.ts';
import type { Shape } from '../../language/language.ts';
import { typeOf } from '../../language/type-of.ts';
import type { Path } from '../../values/path.ts';
import { isNull, isText, type MapNode, type Node, nodeOf, type Plain, plain } from '../../values/value.ts';

/** What a map in the place of a list may say; carried out in this order. */
export const LIST_EDITS = ['remove', 'patch', 'prepend', 'append'] as const;

export const isEdit = (key: string): boolean => LIST_EDITS.some((edit) => edit === key);

/** The shape of a list's items; undefined for what is no list. Items of a plain list have none of their own. */
export function listOf(shape: Shape | undefined): { items: Shape | undefined; default: Plain | undefined } | null {
  if (shape?.is === 'list') return { items: shape.of, default: shape.default };
  if (shape?.is === 'value' && shape.schema.type === 'array')
    return { items: undefined, default: shape.schema.default };
  return null;
}

/** A map that stands where a list is meant, and says what to change in it; null for others: the validator has them. */
export function listEditOf(node: Node, shape: Shape | undefined): MapNode | null {
  return node.kind === 'map' && listOf(shape) !== null && [...node.entries.keys()].some(isEdit) ? node : null;
}

/** The items of an edit that are of the list's own form: for short forms. */
export const isItemsOfEdit = (key: string): boolean => key === 'append' || key === 'prepend';

/** What an edit is carried out on: the list below, or the default where there is none. */
export function listBelow(
  lower: Node | undefined,
  byDefault: Plain | undefined,
  edit: MapNode,
  path: Path,
  findings: Diagnostic[],
): Node | undefined {
  if (lower?.kind === 'list') return lower;
  if ((lower === undefined || isNull(lower)) && Array.isArray(byDefault))
    return nodeOf(byDefault, edit.place, 'default', edit.key);
  // Adding to nothing makes a list; only what names an item needs one.
  if (lower !== undefined && !isNull(lower)) findings.push(listEditNothing(edit.place, path, plain(lower)));
  return lower;
}

/** The items, or names of items, that an edit states under one of its keys. */
export function listAt(
  edit: MapNode,
  key: (typeof LIST_EDITS)[number],
  path: Path,
  findings: Diagnostic[],
): readonly Node[] {
  const list = edit.entries.get(key);
  if (list === undefined || isNull(list)) return [];
  if (list.kind === 'list') return list.items;
  findings.push(listEditForm(list.place, [...path, key], key));
  return [];
}

/** By what an edit calls an item: its `type`, its `window`, or the word that it is. */
export function nameOf(item: Node, shape: Shape | undefined): string {
  if (item.kind === 'map') {
    if (shape?.is === 'component') return typeOf(item, shape) ?? '';
    const named = shape?.is === 'map' && shape.short ? item.entries.get(shape.short) : undefined;
    return isText(named) ? named.value : '';
  }
  return item.kind === 'scalar' ? String(item.value) : '';
}
