import { type ListShape, type MapShape, NO_REFERENCE, type Shape } from '../language/language.ts';
import type { EditorSchema } from './editor-schema.ts';
import { listEdit } from './list-edit.ts';
import { keysMessage, ref } from './of-kind.ts';
import { ofValue, type Standing } from './of-value.ts';
import { REFERENCE_PATTERN } from './reference.ts';

/** Written by ichor alone: known, and never proposed. */
const NOT_PROPOSED: readonly string[] = ['resolved', 'smoke'];

/** The whole of a file, or (`named`) what a map of it holds. */
export function ofRoot(shape: MapShape, owner: string): EditorSchema {
  const properties = Object.entries(shape.fields).map(([key, field]) => {
    const schema = ofShape(field, { references: !NO_REFERENCE.includes(key) }, key);
    return [key, NOT_PROPOSED.includes(key) ? { ...schema, doNotSuggest: true } : schema] as const;
  });
  return {
    description: shape.description,
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    errorMessage: keysMessage(owner, Object.keys(shape.fields)),
  };
}

function ofShape(shape: Shape, standing: Standing, path: string): EditorSchema {
  const { description } = shape;
  switch (shape.is) {
    case 'value':
      return ofValue({ ...shape.schema, description }, { ...standing, edits: standing.references });
    case 'component': {
      const none = { enum: ['none'], description: 'No such block.' };
      // Beside a $ref draft-07 reads nothing else.
      const block = ref(shape.kind);
      return shape.none ? { description, anyOf: [block, none] } : { description, allOf: [block] };
    }
    case 'list':
      return ofList(shape, standing, path);
    case 'named':
      return {
        description,
        ...mapOrReference(standing),
        errorMessage: `${path} is a map by name.`,
        additionalProperties: ofShape(shape.of, standing, path),
      };
    case 'part':
      return { description, allOf: [ref('part')] };
    case 'map':
      return ofMap(shape, standing, path);
  }
}

function ofList(shape: ListShape, standing: Standing, path: string): EditorSchema {
  const items = ofShape(shape.of, standing, path);
  return {
    description: shape.description,
    ...listEdit(items, standing.references, items),
    items,
    ...(shape.minItems ? { minItems: shape.minItems } : {}),
    ...(shape.default === undefined ? {} : { default: shape.default }),
  };
}

function ofMap(shape: MapShape, standing: Standing, path: string): EditorSchema {
  const { description, short } = shape;
  const properties = Object.entries(shape.fields).map(
    ([key, field]) => [key, ofShape(field, standing, `${path}.${key}`)] as const,
  );
  return {
    // Shown above the description of each field.
    title: path,
    description,
    // A short form is any text, a reference among them.
    ...(short ? { type: ['string', 'object', 'null'] } : mapOrReference(standing)),
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    errorMessage: keysMessage(path, Object.keys(shape.fields)),
  };
}

const mapOrReference = ({ references }: Standing): EditorSchema =>
  references ? { type: ['object', 'string', 'null'], pattern: REFERENCE_PATTERN } : { type: ['object', 'null'] };
