import type { EditorSchema } from './editor-schema.ts';

/** A whole value that stands for another one: `${sequence.cells}`. The parser of references has the last word. */
export const REFERENCE_PATTERN = '^\\$\\{[^{}]+\\}$';

/** The example that messages and snippets show. */
export const REFERENCE_EXAMPLE = '$' + '{sequence.cells}';

export const REFERENCE_OR_NULL: EditorSchema = { type: ['string', 'null'], pattern: REFERENCE_PATTERN };
