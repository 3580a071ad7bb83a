import { LABELS } from '../../../labels.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { SplitRow } from '../../artifacts/split.ts';
import type { LedgerNote } from '../../ledger.ts';

/** A note for each side on which a label is positive on no slice: nothing learns it there, or nothing measures it. */
export function sidesWithout(
  slices: readonly SliceRow[],
  rows: readonly SplitRow[],
  model: 'backbone' | 'sequence',
): LedgerNote[] {
  return (['train', 'validation'] as const).flatMap((side): LedgerNote[] => {
    const labelled = slices.filter(({ labels }, at) => labels !== null && rows[at]?.[model] === side);
    const without = LABELS.filter((label) => !labelled.some(({ labels }) => labels?.[label] === 1));
    // What is on no side at all is another matter.
    if (labelled.length === 0 || without.length === 0) return [];
    const of = `${labelled.length.toLocaleString('en-GB')} labelled ${labelled.length === 1 ? 'slice' : 'slices'}`;
    const consequence =
      side === 'train'
        ? `No network can learn ${without.length === 1 ? 'it' : 'them'}`
        : `Nothing here measures how well ${without.length === 1 ? 'it is' : 'they are'} found`;
    const what = without.length === LABELS.length ? 'any label' : listed(without);
    const message = `None of the ${of} on the ${NAMES[side]} side is positive for ${what}. ${consequence}.`;
    return [
      {
        item: side,
        what: 'side',
        reason: 'label-without-positives',
        message,
        kind: 'warning',
        hint: 'Take more patients, or another data.split (its share, data.seed).',
      },
    ];
  });
}

const NAMES = { train: 'training', validation: 'validation' } as const;

const listed = (labels: readonly string[]): string =>
  labels.length === 1 ? String(labels[0]) : `${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}`;
