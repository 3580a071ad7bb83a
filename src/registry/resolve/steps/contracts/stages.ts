import { nothingToTrain, sequenceNeedsBackbone } from '../../../diagnostics/findings/needs.ts';
import type { Rule } from './facts.ts';
import { READS } from './sequence-reads.ts';

/** Something makes predictions, and what reads embeddings has something that makes them. */
export const stagesFit: Rule = ({ text, place, contract }) => {
  if (text('backbone') !== 'none') return [];
  if (text('sequence') === 'none') return [nothingToTrain(place('backbone'))];
  const sequence = contract('sequence', 'sequence');
  if (!sequence || sequence.needs === 'position') return [];
  return [sequenceNeedsBackbone(place('backbone'), sequence.name, READS[sequence.needs])];
};
