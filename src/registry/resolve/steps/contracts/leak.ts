import { leak, ownSplitLeaks, patientsUnknown } from '../../../diagnostics/findings/leak.ts';
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
  const source = contract('source', 'data.source');
  const unknown = source?.patients === false;
  return [
    ...(split?.by === 'slice' && unknown ? [patientsUnknown(place('data', 'split', 'type'), source.name)] : []),
    ...(split?.by === 'slice' && !unknown
      ? [leak(place('data', 'split', 'type'), split.name, text('sequence') !== 'none')]
      : []),
    ...(own && (own.by === 'slice' || (needs && needs !== 'position'))
      ? [ownSplitLeaks(place('sequence', 'split', 'type'), own.name, own.by === 'slice')]
      : []),
  ];
};
