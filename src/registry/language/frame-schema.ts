import type { JsonSchema } from '../values/schema-type.ts';
import { LANGUAGE, type Shape } from './language.ts';

/** The language without its components, whose blocks are validated by their own schemas. */
export function frameSchema(shape: Shape = LANGUAGE): JsonSchema {
  const { description } = shape;
  switch (shape.is) {
    case 'value':
      return { description, ...shape.schema };
    case 'component':
      return { description };
    case 'list':
      return {
        description,
        type: 'array',
        items: frameSchema(shape.of),
        ...(shape.minItems ? { minItems: shape.minItems } : {}),
      };
    case 'named':
      return { description, type: 'object', additionalProperties: frameSchema(shape.of) };
    case 'part':
      return { description, type: 'object' };
    case 'map': {
      const fields = Object.entries(shape.fields);
      return {
        description,
        type: 'object',
        properties: Object.fromEntries(fields.map(([key, field]) => [key, frameSchema(field)])),
        required: fields
          .filter(([key, field]) => !('optional' in field && field.optional) && !shape.alternatives?.includes(key))
          .map(([key]) => key),
        additionalProperties: false,
      };
    }
  }
}
