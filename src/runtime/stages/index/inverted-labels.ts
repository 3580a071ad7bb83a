import { type Label, TYPES } from '../../../labels.ts';
import type { LedgerNote } from '../../ledger.ts';
import { number } from '../../notices/words.ts';

/** Of fewer slices a share says little. */
const LEAST_SLICES = 50;
/** Two kinds of haemorrhage that each stand on most slices are in no collection of heads: of RSNA's slices the most frequent has 6 %. */
const LEAST_TYPES = 2;

/**
 * The note where several types are positive on more than half of the labelled slices: 0 and 1 were probably exchanged.
 *
 * @param positives how many of the slices are positive, by label
 */
export function invertedLabels(file: string, slices: number, positives: ReadonlyMap<Label, number>): LedgerNote | null {
  if (slices < LEAST_SLICES) return null;
  const most = TYPES.filter((type) => (positives.get(type) ?? 0) > slices / 2);
  if (most.length < LEAST_TYPES) return null;
  const shares = most.map((type) => `${type} ${Math.round((100 * (positives.get(type) ?? 0)) / slices)} %`).join(', ');
  return {
    item: file,
    what: 'file',
    reason: 'labels-inverted',
    message: `Of ${number(slices)} labelled slices most are positive for several types: ${shares}.`,
    kind: 'warning',
    hint: 'Look at a few slices of the table: 1 says that the type is there, 0 that it is not. Where they are exchanged, exchange them in the table.',
  };
}
