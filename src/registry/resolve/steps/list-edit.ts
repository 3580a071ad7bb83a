import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import {
  listEditForm,
  listEditKey,
  listEditName,
  listEditNothing,
  listEditSeveral,
} from '../../diagnostics/findings/list-edits.ts';
import type { Shape } from '../../language/language.ts';
import type { Path } from '../../values/path.ts';
import {
  isNull,
  isText,
  type ListNode,
  type MapNode,
  type Node,
  nodeOf,
  type Plain,
  plain,
  shadow,
} from '../../values/value.ts';
import { merge, typeOf } from './merge.ts';

/** What a map in the place of a list may say; carried out in this order. */
export const LIST_EDITS = ['remove', 'patch', 'prepend', 'append'] as const;

const isEdit = (key: string): boolean => LIST_EDITS.some((edit) => edit === key);

/** The shape of a list's items; undefined for what is no list. Items of a plain list have none of their own. */
function listOf(shape: Shape | undefined): { items: Shape | undefined; default: Plain | undefined } | null {
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

/**
 * The list below with what `edit` says: `remove` names items, `patch` merges into the item of each name, `prepend` and
 * `append` add items. An item's name is its `type`, its `window`, or the word that it is.
 */
export function editList(
  lower: Node | undefined,
  edit: MapNode,
  shape: Shape | undefined,
  findings: Diagnostic[],
  path: Path,
): ListNode {
  const form = listOf(shape);
  const below = listBelow(lower, form?.default, edit, path, findings);
  let items: readonly Node[] = below?.kind === 'list' ? below.items : [];
  for (const [key, child] of edit.entries) {
    if (!isEdit(key)) findings.push(listEditKey(child.key ?? child.place, [...path, key], key, LIST_EDITS));
  }
  const names = () => items.map((item) => nameOf(item, form?.items));
  for (const word of listAt(edit, 'remove', path, findings)) {
    if (word.kind !== 'scalar') {
      findings.push(listEditForm(word.place, [...path, 'remove'], 'remove'));
      continue;
    }
    const name = isText(word) ? word.value : String(plain(word));
    if (!names().includes(name)) findings.push(listEditName(word.place, [...path, 'remove'], 'remove', name, names()));
    items = items.filter((item) => nameOf(item, form?.items) !== name);
  }
  const patch = edit.entries.get('patch');
  if (patch && patch.kind !== 'map' && !isNull(patch))
    findings.push(listEditForm(patch.place, [...path, 'patch'], 'patch'));
  for (const [name, change] of patch?.kind === 'map' ? patch.entries : []) {
    const place = change.key ?? change.place;
    const count = names().filter((own) => own === name).length;
    if (count === 0) findings.push(listEditName(place, [...path, 'patch', name], 'patch', name, names()));
    if (count > 1) findings.push(listEditSeveral(place, [...path, 'patch', name], name, count));
    items = items.map((item) =>
      nameOf(item, form?.items) === name ? merge(item, change, form?.items, findings, [...path, name]) : item,
    );
  }
  items = [...listAt(edit, 'prepend', path, findings), ...items, ...listAt(edit, 'append', path, findings)];
  const { place, key, layer } = edit;
  const edited: ListNode = { kind: 'list', items, place, key, layer, shadowed: null };
  return below ? (shadow(edited, below) as ListNode) : edited;
}

function listBelow(
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

function listAt(edit: MapNode, key: (typeof LIST_EDITS)[number], path: Path, findings: Diagnostic[]): readonly Node[] {
  const list = edit.entries.get(key);
  if (list === undefined || isNull(list)) return [];
  if (list.kind === 'list') return list.items;
  findings.push(listEditForm(list.place, [...path, key], key));
  return [];
}

function nameOf(item: Node, shape: Shape | undefined): string {
  if (item.kind === 'map') {
    if (shape?.is === 'component') return typeOf(item, shape) ?? '';
    const named = shape?.is === 'map' && shape.short ? item.entries.get(shape.short) : undefined;
    return isText(named) ? named.value : '';
  }
  return item.kind === 'scalar' ? String(item.value) : '';
}
