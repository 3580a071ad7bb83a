import type { EditorSchema } from '../editor/editor-schema.ts';
import { keysMessage } from '../editor/of-kind.ts';
import { ofValue } from '../editor/of-value.ts';
import type { JsonSchema } from '../values/schema-type.ts';
import { PROFILE_KEYS, TABLE } from './language.ts';

/** JSON Schema (draft-07) of a table FILE for editors: a row may be the bare name of a recipe's file, and null removes. */
export function tableSchema(): EditorSchema {
  const fields = Object.fromEntries(
    Object.entries(TABLE.properties ?? {}).map(([key, field]) => [key, fieldOf(key, field)]),
  );
  const part = Object.fromEntries(PROFILE_KEYS.map((key) => [key, fields[key]]));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'ichor table',
    description: TABLE.description,
    type: 'object',
    properties: {
      ...fields,
      profiles: {
        description: 'Parts of a table by name; --profile NAME puts one over the table, and over each of its recipes.',
        type: ['object', 'null'],
        errorMessage: 'profiles is a map by name.',
        additionalProperties: {
          description: 'What this profile sets: any part of a table.',
          type: ['object', 'null'],
          properties: part,
          additionalProperties: false,
          errorMessage: keysMessage('A profile', PROFILE_KEYS),
        },
      },
    },
    required: ['table'],
    additionalProperties: false,
    errorMessage: keysMessage('A table', [...Object.keys(fields), 'profiles']),
  };
}

/** Of a union an editor explains one branch badly: a row that is a text or a block is one flat schema. */
function fieldOf(key: string, schema: JsonSchema): EditorSchema {
  const field = ofValue(schema, { references: false });
  if (key !== 'rows' && key !== 'claims') return field;
  const item = ofValue(schema.items ?? {}, { references: false });
  const keys = Object.keys(schema.items?.properties ?? {});
  return {
    ...field,
    items: {
      ...item,
      type: key === 'rows' ? ['string', 'object'] : 'object',
      errorMessage:
        key === 'rows'
          ? `A row is the file of a recipe, or a block with ${keys.join(', ')}.`
          : keysMessage('A claim', keys),
    },
  };
}
