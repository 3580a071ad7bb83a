import type { EditorSchema } from './editor-schema.ts';
import { REFERENCE_EXAMPLE, REFERENCE_PATTERN } from './reference.ts';

/**
 * A list, or the map that edits the one below it. `items` is the schema of an item; `patched` that of a changed item,
 * null where items are plain words, which nothing can be changed in.
 */
export function listEdit(items: EditorSchema, references: boolean, patched: EditorSchema | null): EditorSchema {
  const list = (description: string): EditorSchema => ({ type: 'array', items, description });
  const patch = {
    patch: {
      type: 'object',
      additionalProperties: patched,
      description: 'Changes of items by name: what each says is merged into the item.',
    },
  };
  return {
    type: references ? ['array', 'object', 'string', 'null'] : ['array', 'object', 'null'],
    ...(references ? { pattern: REFERENCE_PATTERN } : {}),
    properties: {
      append: list('Items after those of the list below.'),
      prepend: list('Items before those of the list below.'),
      remove: {
        type: 'array',
        items: { type: 'string', description: 'Name of an item.' },
        description: 'Names of items of the list below that fall away.',
      },
      ...(patched ? patch : {}),
    },
    additionalProperties: false,
    errorMessage: `Must be a list, or a map that edits the list below: append, prepend, remove${patched ? ', patch' : ''}${
      references ? `; or a reference: ${REFERENCE_EXAMPLE}` : ''
    }.`,
  };
}
