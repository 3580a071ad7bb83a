import { LABELS, type Label } from '../labels.ts';

/** Six numbers by their labels. */
export const byLabel = (values: readonly number[]): Record<Label, number> =>
  Object.fromEntries(LABELS.map((label, i) => [label, values[i]])) as Record<Label, number>;
