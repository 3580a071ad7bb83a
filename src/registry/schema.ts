import type { EditorSchema } from './editor/editor-schema.ts';
import { keyOf, ofAny, ofComponent, ofKind } from './editor/of-kind.ts';
import { ofRoot } from './editor/of-shape.ts';
import { KINDS } from './kinds/kind.ts';
import { LANGUAGE, PART } from './language/language.ts';
import type { Registry } from './registry.ts';

export type { EditorSchema };

/**
 * JSON Schema (draft-07) of a recipe FILE for editors: short forms, references and edits of lists are taken, nothing
 * is required (a part may state it) and null, which removes, stands anywhere.
 */
export function recipeSchema(registry: Registry): EditorSchema {
  const definitions: Record<string, EditorSchema> = { part: ofRoot(PART, 'A profile') };
  for (const kind of KINDS) {
    // No recipe says where it is run.
    if (kind === 'executor') continue;
    definitions[kind] = ofKind(kind, registry);
    definitions[`${kind}.any`] = ofAny(kind, registry);
  }
  for (const component of registry.all())
    if (component.kind !== 'executor') definitions[keyOf(component)] = ofComponent(component);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'ichor recipe',
    ...ofRoot(LANGUAGE, 'A recipe'),
    definitions,
  };
}
