import { DEFAULT_COMPONENT } from '../../kinds/common.ts';
import { fieldsOf } from '../../language/fields.ts';
import { type ComponentShape, LANGUAGE, type MapShape, nestedIn, type Shape, wordOf } from '../../language/language.ts';
import { typeOf } from '../../language/type-of.ts';
import type { Registry } from '../../registry.ts';
import { type JsonSchema, objectForm } from '../../values/schema-type.ts';
import { isNull, isText, type MapNode, type Node, nodeOf, type Place, type Plain } from '../../values/value.ts';
import { RegistryMemo } from '../registry-memo.ts';

/**
 * Step 7: what no layer stated, or what one removed with null, takes its default. A default stands at the place of the
 * block that it completes, so that a finding about it points into a real file. What has none stays absent.
 */
export function fillDefaults(recipe: Node, registry: Registry, name: string): Node {
  const filled = fill(recipe, LANGUAGE, recipe.place, registry) ?? recipe;
  if (filled.kind !== 'map' || filled.entries.has('name')) return filled;
  const entries = new Map(filled.entries);
  const rest = [...entries].filter(([key]) => key !== 'recipe');
  const version = entries.get('recipe');
  const own = ['name', nodeOf(name, filled.place, 'default')] as const;
  return { ...filled, entries: new Map([...(version ? [['recipe', version] as const] : []), own, ...rest]) };
}

const memo = new RegistryMemo<Shape, Node>();

function fill(node: Node | undefined, shape: Shape, place: Place, registry: Registry): Node | undefined {
  if (!node || isNull(node)) return complete(node, shape, place, registry);
  return memo.of(registry, node, shape, () => complete(node, shape, place, registry) ?? node);
}

function complete(node: Node | undefined, shape: Shape, place: Place, registry: Registry): Node | undefined {
  const stated = isNull(node) ? undefined : node;
  const result = stated ?? defaultOf(shape, place, isNull(node) ? node : undefined);
  if (!result) return undefined;
  switch (shape.is) {
    case 'map':
      return result.kind === 'map' ? fillMap(result, shape, registry) : result;
    case 'named':
      return result.kind === 'map' ? fillNamed(result, shape.of, registry) : result;
    case 'list':
      return result.kind === 'list'
        ? { ...result, items: result.items.map((item) => fill(item, shape.of, item.place, registry) ?? item) }
        : result;
    case 'component':
      return result.kind === 'map' ? fillComponent(result, shape, registry) : result;
    case 'value':
      return fillValue(result, shape.schema);
    case 'part':
      return result;
  }
}

function defaultOf(shape: Shape, place: Place, removed: Node | undefined): Node | undefined {
  const value = plainDefault(shape);
  if (value === undefined) return undefined;
  return { ...nodeOf(value, place, 'default'), shadowed: removed ?? null };
}

function plainDefault(shape: Shape): Plain | undefined {
  if (shape.is === 'part' || ('optional' in shape && shape.is !== 'value' && shape.optional)) return undefined;
  if (shape.is === 'value') return shape.schema.default;
  if (shape.is === 'list') return shape.default;
  if (shape.is === 'component') {
    if (shape.default === 'none') return wordOf(shape);
    const type = shape.default && DEFAULT_COMPONENT[shape.kind];
    return type === undefined ? undefined : { type };
  }
  return {};
}

/** Known fields in the order of the language, then the unknown ones, for the validator to name. */
function fillMap(node: MapNode, { fields, alternatives = [] }: MapShape, registry: Registry): MapNode {
  const entries = new Map<string, Node>();
  const stated = alternatives.filter((key) => node.entries.has(key) && !isNull(node.entries.get(key)));
  for (const [key, shape] of Object.entries(fields)) {
    if (stated.length > 0 && alternatives.includes(key) && !stated.includes(key)) continue;
    const child = fill(node.entries.get(key), shape, node.place, registry);
    if (child) entries.set(key, child);
  }
  for (const [key, child] of node.entries) if (!Object.hasOwn(fields, key)) entries.set(key, child);
  return { ...node, entries };
}

function fillNamed(node: MapNode, shape: Shape, registry: Registry): MapNode {
  const entries = new Map<string, Node>();
  for (const [key, child] of node.entries) {
    if (!isNull(child)) entries.set(key, fill(child, shape, child.place, registry) ?? child);
  }
  return { ...node, entries };
}

function fillComponent(node: MapNode, shape: ComponentShape, registry: Registry): MapNode {
  const stated = node.entries.get('type');
  const name = isNull(stated) ? DEFAULT_COMPONENT[shape.kind] : typeOf(node, shape);
  const entries = new Map<string, Node>();
  if (stated && !isNull(stated)) entries.set('type', stated);
  else if (name !== undefined) entries.set('type', nodeOf(name, node.place, 'default'));
  const component = name === undefined ? undefined : registry.get(shape.kind, name);
  const fields = component ? fieldsOf(component) : {};
  fillFields(node, fields, entries);
  for (const [key, nested] of component ? Object.entries(nestedIn(shape.kind)) : []) {
    const child = fill(node.entries.get(key), nested, node.place, registry);
    if (child) entries.set(key, child);
  }
  return { ...node, entries };
}

function fillFields(node: MapNode, fields: Readonly<Record<string, JsonSchema>>, entries: Map<string, Node>): void {
  for (const [key, schema] of Object.entries(fields)) {
    const stated = node.entries.get(key);
    if (stated && !isNull(stated)) entries.set(key, fillValue(stated, schema));
    else if (schema.default !== undefined) {
      entries.set(
        key,
        fillValue({ ...nodeOf(schema.default, node.place, 'default'), shadowed: stated ?? null }, schema),
      );
    }
  }
  for (const [key, child] of node.entries) {
    if (key !== 'type' && !Object.hasOwn(fields, key)) entries.set(key, child);
  }
}

/** Parameters of parameters: an object that is stated in part. */
function fillValue(node: Node, schema: JsonSchema): Node {
  const form = node.kind === 'map' ? objectForm(schema) : null;
  if (node.kind !== 'map' || !form?.properties) return node;
  const entries = new Map<string, Node>();
  fillFields(node, form.properties, entries);
  const type = node.entries.get('type');
  if (type && !entries.has('type')) entries.set('type', type);
  return shortened(node, entries, schema.short) ?? { ...node, entries };
}

/** `{ name: imagenet }` says what `imagenet` says: written as one, so that both have one key. */
function shortened(
  { key, shadowed }: MapNode,
  entries: ReadonlyMap<string, Node>,
  short: string | undefined,
): Node | null {
  const only = short !== undefined && entries.size === 1 ? entries.get(short) : undefined;
  return isText(only) ? { ...only, key, shadowed: only.shadowed ?? shadowed } : null;
}
