import { leak } from '../../findings/leak.ts';
import type { Rule } from './facts.ts';

/**
 * What validates must not have been trained on. A split of slices puts slices of one patient, often neighbours that
 * look alike, on both sides; the sequence model then reads embeddings of a backbone that saw the patient's labels.
 */
export const splitLeaks: Rule = ({ contract, place, text }) => {
  const split = contract('split', 'data.split');
  if (split?.by !== 'slice') return [];
  return [leak(place('data', 'split', 'type'), split.name, text('sequence') !== 'none')];
};
