import type { SliceLabels } from '../../labels.ts';
import { number } from '../notices/words.ts';
import type { LedgerLines } from './ledger-lines.ts';

export const NO_POSITIVES = 'no-positives';
export const NO_NEGATIVES = 'no-negatives';

export type OneValued = typeof NO_POSITIVES | typeof NO_NEGATIVES;

/** Of what labels have all but one value, if they do: there is nothing to tell apart. */
export function oneValued(labelled: readonly SliceLabels[]): OneValued | null {
  if (labelled.length === 0) return null;
  const some = (value: 0 | 1) => labelled.some((labels) => Object.values(labels).includes(value));
  return !some(1) ? NO_POSITIVES : !some(0) ? NO_NEGATIVES : null;
}

/**
 * Notes that all of what is to be learned from says the same in every label: the run stops over it before it trains
 * (`refuseMeaningless`). `which`: `every labelled slice of the training side`.
 */
export function noteOneValued(labelled: readonly SliceLabels[], which: string, ledger: LedgerLines): void {
  const reason = oneValued(labelled);
  if (reason === null) return;
  const of = `${which} (${number(labelled.length)})`;
  const about = { item: which.replace('every labelled slice', 'labelled slices'), kind: 'warning' } as const;
  const look = 'Look at the labels, data.limit and data.split. To train all the same:';
  if (reason === NO_POSITIVES)
    ledger.note({
      ...about,
      what: 'side',
      reason: NO_POSITIVES,
      message: `There is no positive to learn from: ${of} is negative in all six labels.`,
      hint: `${look} accept: [no-positives].`,
    });
  else
    ledger.note({
      ...about,
      what: 'side',
      reason: NO_NEGATIVES,
      message: `There is no negative to learn from: ${of} is positive in all six labels.`,
      hint: `${look} accept: [no-negatives].`,
    });
}
