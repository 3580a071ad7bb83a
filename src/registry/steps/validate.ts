import type { Diagnostic } from '../diagnostic.ts';
import { blockSchema, fieldsOf } from '../fields.ts';
import { languageVersion, missingType, notABlock, unknownComponent } from '../findings/values.ts';
import { frameSchema } from '../frame-schema.ts';
import type { Component, Kind } from '../kinds.ts';
import { LANGUAGE, type Shape } from '../language.ts';
import { Memo } from '../memo.ts';
import { formatPath, type Path } from '../path.ts';
import type { Registry } from '../registry.ts';
import type { JsonSchema } from '../schema-type.ts';
import { type Slot, slots } from '../slots.ts';
import { isReference, isText, type Node, plain } from '../value.ts';
import { checkSchema, type SchemaContext } from './check-schema.ts';

const frame = frameSchema();
const memo = new Memo<string, Diagnostic[]>();
const blocks = new WeakMap<Component, JsonSchema>();

/** Step 9: the complete recipe against the language and against the schema of each component in it. All findings at once. */
export function validate(recipe: Node, registry: Registry, options: { unseen?: boolean } = {}): Diagnostic[] {
  const elsewhere = (key: string) => pathsOf(key, registry);
  const version = recipe.kind === 'map' ? recipe.entries.get('recipe') : undefined;
  const own = { owner: ownerOf, elsewhere };
  const findings = checkSchema(recipe, [], frame, own).map((finding) =>
    version && finding.path === 'recipe' ? languageVersion(version.place, plain(version)) : finding,
  );
  return [
    ...findings,
    ...slots(recipe).flatMap((slot) =>
      memo.of(registry, slot.node, formatPath(slot.path), () =>
        checkSlot(slot, registry, elsewhere, options.unseen ?? false),
      ),
    ),
  ];
}

function checkSlot(
  { node, path, shape }: Slot,
  registry: Registry,
  elsewhere: SchemaContext['elsewhere'],
  unseen: boolean,
): Diagnostic[] {
  const { kind } = shape;
  if (shape.none && isText(node) && node.value === 'none') return [];
  if (node.kind !== 'map') {
    return [notABlock(node.place, path, `the name or the block of ${article(kind)}`, shape.none ?? false, plain(node))];
  }
  const type = node.entries.get('type');
  const names = registry.names(kind);
  if (!type) return [missingType(node.place, path, kind, names)];
  if (!isText(type))
    return [notABlock(type.place, [...path, 'type'], `the name of ${article(kind)}`, false, plain(type))];
  const component = registry.get(kind, type.value);
  // A reference there has a finding of its own.
  if (!component && isReference(type)) return [];
  // It may be one of a plugin that was not looked into.
  if (!component && unseen && type.value.includes('/')) return [];
  if (!component) return [unknownComponent(type.place, [...path, 'type'], kind, type.value, names)];
  const owner = (below: Path) => (below.length > path.length ? formatPath(below) : `the ${kind} ${component.name}`);
  return checkSchema(node, path, cachedBlock(component), { owner, elsewhere });
}

function cachedBlock(component: Component): JsonSchema {
  const known = blocks.get(component);
  if (known) return known;
  const schema = blockSchema(component);
  blocks.set(component, schema);
  return schema;
}

const article = (kind: Kind): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
const ownerOf = (path: Path): string => (path.length === 0 ? 'a recipe' : formatPath(path));

/** Where the language and its components know a key: the same key at another level. */
function pathsOf(key: string, registry: Registry): string[] {
  const found: string[] = [];
  const walk = (shape: Shape, path: string): void => {
    if (shape.is === 'map') {
      for (const [name, field] of Object.entries(shape.fields)) {
        const below = path ? `${path}.${name}` : name;
        if (name === key) found.push(below);
        walk(field, below);
      }
    } else if (shape.is === 'named') walk(shape.of, `${path}.NAME`);
    else if (shape.is === 'list') walk(shape.of, `${path}[]`);
    else if (shape.is === 'component') {
      const takes = registry.all().some((c) => c.kind === shape.kind && Object.hasOwn(fieldsOf(c), key));
      if (takes) found.push(`${path}.${key}`);
    }
  };
  walk(LANGUAGE, '');
  return found;
}
