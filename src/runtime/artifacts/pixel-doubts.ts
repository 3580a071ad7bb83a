import type { NoteReason } from '../ledger-reasons.ts';

/**
 * What is said of a slice's pixels that makes whatever is predicted of its series doubtful, in the words of the column `doubtful`:
 * the picture that a network sees is not the head.
 */
const PIXEL_DOUBTS: Readonly<Partial<Record<NoteReason, string>>> = {
  'torn-pictures': 'pictures are torn: Rows and Columns seem exchanged',
};

/** Of the notes of one slice; most have none. */
export const pixelDoubts = (notes: readonly { reason: NoteReason }[]): readonly string[] =>
  notes.flatMap(({ reason }) => PIXEL_DOUBTS[reason] ?? []);
