import { LABELS } from '../../../../labels.ts';
import { labelsIncomplete, labelsNeeded, labelsNotNamed } from '../../../diagnostics/findings/needs.ts';
import { type LabelColumns, labelsGiven } from '../../../label-columns.ts';
import { at } from '../../../values/path.ts';
import { sharedPlain } from '../../../values/shared-plain.ts';
import { isNull } from '../../../values/value.ts';
import type { Rule } from './facts.ts';
import { CELLS } from './labels-form.ts';

/** Training needs labels: all six, whatever their order in the file (they are joined by name). */
export const labelsExist: Rule = ({ recipe, contract, training, place, text, valid }) => {
  const source = contract('source', 'data.source');
  if (!training || !source) return [];
  const file = at(recipe, ['data', 'labels', 'file']);
  // A value that is no text is told by validation.
  if (file !== undefined && !isNull(file)) {
    const columns = at(recipe, ['data', 'labels', 'columns']);
    if (text('data', 'labels', 'file') === undefined || columns?.kind !== 'map' || !valid(['data', 'labels']))
      return [];
    const given = labelsGiven(sharedPlain(columns) as LabelColumns);
    const missing = LABELS.filter((label) => !given.includes(label));
    return missing.length > 0 ? [labelsNotNamed(columns.place, missing)] : [];
  }
  // Columns without their file are told by themselves.
  const labels = at(recipe, ['data', 'labels']);
  const cells = labels?.kind === 'map' ? CELLS.map((cell) => labels.entries.get(cell)) : [];
  if (cells.some((cell) => cell !== undefined && !isNull(cell))) return [];
  if (!source.labels) return [labelsNeeded(place('data', 'source'), source.name)];
  const given = source.labelNames;
  const missing = given ? LABELS.filter((label) => !given.includes(label)) : [];
  return missing.length > 0 ? [labelsIncomplete(place('data', 'source'), source.name, missing)] : [];
};
