import { LABELS, type Label, TYPES } from '../labels.ts';

/** Where the label of a slice stands: a column; `not`: one that says the contrary. */
export type LabelColumn = string | { not: string };

/**
 * The columns of a table with a column a label. Without `any` a slice shows any haemorrhage where it shows one of the five
 * types, all of which the table has to have then.
 */
export type LabelColumns = Partial<Record<Label, LabelColumn>>;

export const columnOf = (column: LabelColumn): string => (typeof column === 'string' ? column : column.not);

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
