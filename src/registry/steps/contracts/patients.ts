import { sequenceNeedsSeries, splitNeedsPatients } from '../../findings/needs.ts';
import type { Rule } from './facts.ts';

/** A split by patient and a model of series need a source that says which slices belong together. */
export const sourceHasPatients: Rule = ({ contract, training, place }) => {
  const source = contract('source', 'data.source');
  if (!source) return [];
  const split = contract('split', 'data.split');
  const sequence = contract('sequence', 'sequence');
  return [
    ...(training && source.patients === false && split?.by === 'patient'
      ? [splitNeedsPatients(place('data', 'split'), split.name, source.name)]
      : []),
    ...(source.series === false && sequence
      ? [sequenceNeedsSeries(place('sequence'), sequence.name, source.name)]
      : []),
  ];
};
