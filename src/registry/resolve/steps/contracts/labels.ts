import { LABELS } from '../../../../labels.ts';
import { labelsIncomplete, labelsNeeded } from '../../../diagnostics/findings/needs.ts';
import type { Rule } from './facts.ts';

/** Training needs labels: all six, whatever their order in the file (they are joined by name). */
export const labelsExist: Rule = ({ contract, training, place }) => {
  const source = contract('source', 'data.source');
  if (!training || !source) return [];
  if (!source.labels) return [labelsNeeded(place('data', 'source'), source.name)];
  const given = source.labelNames;
  const missing = given ? LABELS.filter((label) => !given.includes(label)) : [];
  return missing.length > 0 ? [labelsIncomplete(place('data', 'source'), source.name, missing)] : [];
};
