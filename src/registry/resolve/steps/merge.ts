import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { listEditForm, listEditKey, listEditName, listEditSeveral } from '../../diagnostics/findings/list-edits.ts';
import { referenceChanged } from '../../diagnostics/findings/references.ts';
import { COMMON } from '../../kinds/common.ts';
import { type ComponentShape, type Shape, shapeAt } from '../../language/language.ts';
import { typeOf } from '../../language/type-of.ts';
import type { Path } from '../../values/path.ts';
import { type JsonSchema, objectForm, schemaOf } from '../../values/schema-type.ts';
import {
  isNull,
  isReference,
  isText,
  type Layer,
  type ListNode,
  type MapNode,
  type Node,
  type Place,
  plain,
  shadow,
} from '../../values/value.ts';
import { isEdit, LIST_EDITS, listAt, listBelow, listEditOf, listOf, nameOf } from './list-edit.ts';

/**
 * `upper` over `lower`: maps merge, lists replace, null removes (it stays as a mark until defaults are filled in).
 * In a component's block a changed `type` drops the parameters below but for the kind's common fields; a block without
 * `type` leaves the type below it as it is. A map in the place of a list edits the list below it.
 */
export function merge(
  lower: Node | undefined,
  upper: Node,
  shape: Shape | undefined,
  findings: Diagnostic[],
  path: Path = [],
): Node {
  const edit = listEditOf(upper, shape);
  if (edit) return editList(lower, edit, shape, findings, path);
  // Whatever the reference leads to: a part of it cannot be changed, and dropping the rest would be silent.
  if (upper.kind === 'map' && isReference(lower) && !upper.entries.has('type')) {
    findings.push(referenceChanged(firstPlace(upper), path, lower.value));
    return lower;
  }
  if (upper.kind !== 'map' || lower?.kind !== 'map') {
    // What stands below a block that is new here may be edits of lists as well.
    const whole = upper.kind === 'map' ? settled(upper, shape, findings, path) : upper;
    return lower ? shadow(whole, lower) : whole;
  }
  const base =
    shape?.is === 'component'
      ? withoutOtherParameters(lower, upper, shape)
      : shape?.is === 'map' && shape.alternatives
        ? without(lower, upper, shape.alternatives)
        : lower;
  const entries = new Map(base.entries);
  for (const [key, child] of upper.entries) {
    const below = withoutAlternatives(entries.get(key), child, fieldOf(shape, key));
    entries.set(key, merge(below, child, shapeAt(shape, key), findings, [...path, key]));
  }
  // A value that a profile, a sweep or the command line sets deep inside does not move the blocks around it: what is
  // missing there is missing in the file.
  const passing = PASSING.includes(upper.layer) && !upper.entries.has('type');
  return passing
    ? { ...upper, place: lower.place, key: lower.key, entries }
    : { ...upper, key: upper.key ?? lower.key, entries };
}

const PASSING: readonly Layer[] = ['profile', 'sweep', 'command line'];

/** A block that nothing stands below: its own edits of lists are carried out on the defaults of the language. */
function settled(map: MapNode, shape: Shape | undefined, findings: Diagnostic[], path: Path): MapNode {
  if (shape === undefined || shape.is === 'value') return map;
  const entries = new Map<string, Node>();
  for (const [key, child] of map.entries)
    entries.set(key, merge(undefined, child, shapeAt(shape, key), findings, [...path, key]));
  return { ...map, entries };
}

/** The schema of a common field of a component's block, or of a plain value. */
function fieldOf(shape: Shape | undefined, key: string): JsonSchema | undefined {
  if (shape?.is === 'component') return schemaOf(COMMON[shape.kind]).properties?.[key];
  const field = shapeAt(shape, key);
  return field?.is === 'value' ? field.schema : undefined;
}

/** Where one of several keys stands, one that a layer above states takes the place of the others. */
function withoutAlternatives(lower: Node | undefined, upper: Node, field: JsonSchema | undefined): Node | undefined {
  const keys = (field && objectForm(field)?.alternatives) ?? [];
  return lower?.kind === 'map' && upper.kind === 'map' ? without(lower, upper, keys) : lower;
}

/** What one layer says of one of these keys takes the place of what a lower one says of another; null says nothing. */
function without(lower: MapNode, upper: MapNode, keys: readonly string[]): MapNode {
  const stated = keys.filter((key) => upper.entries.has(key) && !isNull(upper.entries.get(key)));
  if (stated.length === 0) return lower;
  return {
    ...lower,
    entries: new Map([...lower.entries].filter(([key]) => !keys.includes(key) || stated.includes(key))),
  };
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

/** The first value that a block states. */
function firstPlace(map: MapNode): Place {
  const [first] = map.entries.values();
  return first?.key ?? first?.place ?? map.place;
}

/**
 * The list below with what `edit` says: `remove` names items, `patch` merges into the item of each name, `prepend` and
 * `append` add items. An item's name is its `type`, its `window`, or the word that it is.
 */
function editList(
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
