import { leak, ownSplitLeaks } from '../../../diagnostics/findings/leak.ts';
import type { Rule } from './facts.ts';

/**
 * What validates must not have been trained on. A split of slices puts slices of one patient, often neighbours that
 * look alike, on both sides; the sequence model then reads embeddings of a backbone that saw the patient's labels. So it
 * does where it has a split of its own, whatever that one draws.
 */
export const splitLeaks: Rule = ({ contract, place, text }) => {
  const split = contract('split', 'data.split');
  const own = contract('split', 'sequence.split');
  const needs = contract('sequence', 'sequence')?.needs;
  return [
    ...(split?.by === 'slice' ? [leak(place('data', 'split', 'type'), split.name, text('sequence') !== 'none')] : []),
    ...(own && (own.by === 'slice' || (needs && needs !== 'position'))
      ? [ownSplitLeaks(place('sequence', 'split', 'type'), own.name, own.by === 'slice')]
      : []),
  ];
};
