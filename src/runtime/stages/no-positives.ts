import type { SliceLabels } from '../../labels.ts';
import { number } from '../notices/words.ts';
import type { LedgerLines } from './ledger-lines.ts';

export const NO_POSITIVES = 'no-positives';

export const isPositive = (labels: SliceLabels): boolean => Object.values(labels).includes(1);

/**
 * Notes that nothing of what is to be learned from shows anything: the run stops over it before it trains
 * (`refuseMeaningless`). `which`: `every labelled slice of the training side`.
 */
export function noteNoPositives(labelled: readonly SliceLabels[], which: string, ledger: LedgerLines): void {
  if (labelled.length === 0 || labelled.some(isPositive)) return;
  ledger.note({
    item: which.replace('every labelled slice', 'labelled slices'),
    what: 'side',
    reason: NO_POSITIVES,
    message: `There is no positive to learn from: ${which} (${number(labelled.length)}) is negative in all six labels.`,
    hint: 'Look at the labels, data.limit and data.split. To train all the same: accept: [no-positives].',
    kind: 'warning',
  });
}
