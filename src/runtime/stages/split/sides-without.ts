import { LABELS } from '../../../labels.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { SplitRow } from '../../artifacts/split.ts';
import type { LedgerNote } from '../../ledger.ts';

const HINT = 'Take more patients, or another data.split (its share, data.seed).';

/** A note for each side on which a label is positive, or negative, on no slice: nothing learns it there, or nothing measures it. */
export function sidesWithout(
  slices: readonly SliceRow[],
  rows: readonly SplitRow[],
  model: 'backbone' | 'sequence',
): LedgerNote[] {
  return (['train', 'validation'] as const).flatMap((side): LedgerNote[] => {
    const labelled = slices.flatMap(({ labels }, at) =>
      labels !== null && rows[at]?.[model] === side ? [labels] : [],
    );
    // What is on no side at all is another matter.
    if (labelled.length === 0) return [];
    const of = `None of the ${labelled.length.toLocaleString('en-GB')} labelled ${labelled.length === 1 ? 'slice' : 'slices'} on the ${NAMES[side]} side`;
    const without = (value: 0 | 1) => LABELS.filter((label) => !labelled.some((labels) => labels[label] === value));
    const [positives, negatives] = [without(1), without(0)];
    const about = { item: side, kind: 'warning' } as const;
    const notes: LedgerNote[] = [];
    if (positives.length > 0)
      notes.push({
        ...about,
        what: 'side',
        reason: 'label-without-positives',
        message: `${of} is positive for ${which(positives)}. ${consequence(side, positives)}.`,
        hint: HINT,
      });
    if (negatives.length > 0)
      notes.push({
        ...about,
        what: 'side',
        reason: 'label-without-negatives',
        message: `${of} is negative for ${which(negatives)}. ${consequence(side, negatives)}.`,
        hint: HINT,
      });
    return notes;
  });
}

const which = (labels: readonly string[]): string => (labels.length === LABELS.length ? 'any label' : listed(labels));

const consequence = (side: 'train' | 'validation', { length }: readonly string[]): string =>
  side === 'train'
    ? `No network can learn ${length === 1 ? 'it' : 'them'}`
    : `Nothing here measures how well ${length === 1 ? 'it is' : 'they are'} found`;

const NAMES = { train: 'training', validation: 'validation' } as const;

const listed = (labels: readonly string[]): string =>
  labels.length === 1 ? String(labels[0]) : `${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}`;
