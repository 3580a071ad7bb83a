import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { languageVersion, missingType, notABlock, unknownComponent } from '../../diagnostics/findings/values.ts';
import type { Component } from '../../kinds/component.ts';
import { KINDS, type Kind } from '../../kinds/kind.ts';
import { blockSchema } from '../../language/fields.ts';
import { frameSchema } from '../../language/frame-schema.ts';
import { homesOf } from '../../language/homes.ts';
import { wordOf } from '../../language/language.ts';
import { type Slot, slots } from '../../language/slots.ts';
import { outdatedKey } from '../../migrations/outdated.ts';
import type { Registry } from '../../registry.ts';
import { formatPath, type Path } from '../../values/path.ts';
import type { JsonSchema } from '../../values/schema-type.ts';
import { isReference, isText, type Node, plain } from '../../values/value.ts';
import { RegistryMemo } from '../registry-memo.ts';
import { checkSchema, type SchemaContext, schemaProblem } from './check-schema.ts';

const frame = frameSchema();
const memo = new RegistryMemo<string, Diagnostic[]>();
const blocks = new WeakMap<Component, JsonSchema>();

/** Step 9: the complete recipe against the language and against the schema of each component in it. All findings at once. */
export function validate(recipe: Node, registry: Registry, options: { unseen?: boolean } = {}): Diagnostic[] {
  const homes: SchemaContext['homes'] = (key, from) => homesOf(key, from, recipe, registry);
  const version = recipe.kind === 'map' ? recipe.entries.get('recipe') : undefined;
  const own = { owner: ownerOf, homes };
  const findings = checkSchema(recipe, [], frame, own).map((finding) =>
    version && finding.path === 'recipe' ? languageVersion(version.place, plain(version)) : finding,
  );
  return [
    ...findings,
    ...slots(recipe).flatMap((slot) =>
      memo.of(registry, slot.node, formatPath(slot.path), () =>
        checkSlot(slot, registry, homes, options.unseen ?? false),
      ),
    ),
  ];
}

function checkSlot(
  { node, path, shape }: Slot,
  registry: Registry,
  homes: SchemaContext['homes'],
  unseen: boolean,
): Diagnostic[] {
  const { kind } = shape;
  const word = wordOf(shape);
  if (isText(node) && node.value === word) return [];
  // A reference that could not be followed has a finding of its own.
  if (isReference(node)) return [];
  if (node.kind !== 'map') {
    return [notABlock(node.place, path, `the name or the block of ${article(kind)}`, word ?? null, plain(node))];
  }
  const type = node.entries.get('type');
  const names = registry.names(kind);
  if (!type) return [missingType(node.place, path, kind, names, [...node.entries.keys()])];
  if (!isText(type))
    return [notABlock(type.place, [...path, 'type'], `the name of ${article(kind)}`, null, plain(type))];
  const component = registry.get(kind, type.value);
  // A reference there has a finding of its own.
  if (!component && isReference(type)) return [];
  // It may be one of a plugin that was not looked into.
  if (!component && unseen && type.value.includes('/')) return [];
  if (!component)
    return [unknownComponent(type.place, [...path, 'type'], kind, type.value, names, kindsOf(type.value, registry))];
  const owner = (below: Path) => (below.length > path.length ? formatPath(below) : `the ${kind} ${component.name}`);
  return checkSchema(node, path, cachedBlock(component), {
    owner,
    homes,
    outdated: (key) => outdatedKey(component, key),
  });
}

function cachedBlock(component: Component): JsonSchema {
  const known = blocks.get(component);
  if (known) return known;
  const schema = blockSchema(component);
  blocks.set(component, schema);
  return schema;
}

/** Why no block can be checked against the parameters of a component, as a clause after its name; null where one can. */
export function paramsProblem(component: Component): string | null {
  const problem = schemaProblem(cachedBlock(component));
  return problem === null ? null : `its params are no valid schema: ${problem}.`;
}

const article = (kind: Kind): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
const ownerOf = (path: Path): string => (path.length === 0 ? 'a recipe' : formatPath(path));

/** Kinds that have a component of this name: it may stand in the wrong block. */
const kindsOf = (name: string, registry: Registry): Kind[] =>
  KINDS.filter((kind) => registry.get(kind, name) !== undefined);
