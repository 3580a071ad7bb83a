import { labelsFileMissing, labelsForm } from '../../../diagnostics/findings/needs.ts';
import { at } from '../../../values/path.ts';
import { isNull } from '../../../values/value.ts';
import type { Rule } from './facts.ts';

/** What of `data.labels` says how a table is written. */
export const CELLS = ['slice', 'path', 'patient', 'number', 'columns', 'label', 'value'] as const;
type Cell = (typeof CELLS)[number];

/** A table of labels names slices in one way, and labels in one way; without a word about either it has Kaggle's form. */
export const labelsHaveAForm: Rule = ({ recipe, training, place, valid }) => {
  const labels = at(recipe, ['data', 'labels']);
  if (labels?.kind !== 'map' || !valid(['data', 'labels'])) return [];
  const stated = (cell: string) => {
    const node = labels.entries.get(cell);
    return node !== undefined && !isNull(node);
  };
  const some = CELLS.filter(stated);
  const [first] = some;
  if (first === undefined) return [];
  // A run of private data keeps no path: predictions do without.
  if (!training && !stated('file')) return [];
  const where = [place('data', 'labels', first), ['data', 'labels', first]] as const;
  if (!stated('file')) return [labelsFileMissing(...where)];
  const problem = formProblem(some);
  return problem === null ? [] : [labelsForm(...where, problem)];
};

function formProblem(some: readonly Cell[]): string | null {
  const has = (cell: Cell) => some.includes(cell);
  if (has('patient') !== has('number'))
    return `has ${has('patient') ? 'patient' : 'number'} alone: the two name a slice together`;
  if (has('label') !== has('value')) return `has ${has('label') ? 'label' : 'value'} alone: a row a label has both`;
  const slices = (['slice', 'path', 'patient'] as const).filter(has);
  if (slices.length === 0) return 'does not say what names a slice';
  if (slices.length > 1) return `names a slice in ${slices.length} ways (${slices.join(', ')})`;
  if (has('columns') === has('label'))
    return has('label') ? 'has columns, and label: one or the other' : 'does not say where the labels stand';
  return null;
}
