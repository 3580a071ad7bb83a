import { LABELS, type Label, TYPES } from '../labels.ts';
import { Type } from './kinds/type.ts';

/** Where the label of a slice stands: a column; `not`: one that says the contrary. */
export type LabelColumn = string | { not: string };

/**
 * The columns of a table with a column a label. Without `any` a slice shows any haemorrhage where it shows one of the five
 * types, all of which the table has to have then.
 */
export type LabelColumns = Partial<Record<Label, LabelColumn>>;

export const columnOf = (column: LabelColumn): string => (typeof column === 'string' ? column : column.not);

/** The columns that a text names: the one that it is, or those in braces, `{patient:3}/{slice}`. */
export const fieldsOf = (text: string): string[] =>
  /[{}]/.test(text) ? [...text.matchAll(/\{([^{}:]+)(?::\d{1,2})?\}/g)].map(([, field = '']) => field.trim()) : [text];

/** The columns that a table must have, by what of the recipe names them. */
export const columnsNamed = (labels: LabelColumns, from: string): [column: string, from: string][] =>
  LABELS.flatMap((label) => {
    const column = labels[label];
    return column === undefined ? [] : [[columnOf(column), `${from}.${label}`]];
  });

/** The labels that such columns give. */
export const labelsGiven = (labels: LabelColumns): Label[] =>
  LABELS.filter(
    (label) => labels[label] !== undefined || (label === 'any' && TYPES.every((type) => labels[type] !== undefined)),
  );

const oneColumn = (of: string) =>
  Type.Optional(
    Type.Union(
      [
        Type.String({ minLength: 1 }),
        Type.Object(
          { not: Type.String({ minLength: 1, description: 'A column that is 1 where the label is 0.' }) },
          { additionalProperties: false },
        ),
      ],
      { description: `Column of ${of}, 0 or 1; { not: COLUMN } where that says the contrary.` },
    ),
  );

/** What a recipe may say of such columns, as a parameter: by label its column, or null. */
export const labelColumns = (description?: string) =>
  Type.Union(
    [
      Type.Object(
        {
          epidural: oneColumn('epidural'),
          intraparenchymal: oneColumn('intraparenchymal'),
          intraventricular: oneColumn('intraventricular'),
          subarachnoid: oneColumn('subarachnoid'),
          subdural: oneColumn('subdural'),
          any: oneColumn('any haemorrhage'),
        },
        {
          additionalProperties: false,
          description:
            'By label its column, or { not: COLUMN } where that says the contrary. Without any a slice has it where it has a type.',
        },
      ),
      Type.Null(),
    ],
    { default: null, ...(description === undefined ? {} : { description }) },
  );
