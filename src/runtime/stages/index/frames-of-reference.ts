import type { LedgerNote } from '../../ledger.ts';
import { type Arrangement, SAME_POSITION_MM } from './arrange.ts';

/** Usual steps between the end of one frame's slices and the start of the next: a slice may be missing. */
const WIDEST = 1.5;

interface Span {
  low: number;
  high: number;
}

/**
 * A series whose positions start from several origins (0020,0052), on or next to each other: nothing says how far apart these origins are, and
 * so which slice lies above which. Two scans, or two heads one above the other, look so. Frames far apart are told as gaps.
 */
export function noteFrames(
  { placed, by }: Arrangement,
  median: number,
  say: (note: Pick<LedgerNote, 'reason' | 'message' | 'kind' | 'hint'>) => void,
): void {
  if (by !== 'position' && by !== 'z') return;
  const frames = new Map<string, Span>();
  for (const { slice, at } of placed) {
    const { reference } = slice.acquisition;
    if (reference === null || at === null) continue;
    const { low, high } = frames.get(reference) ?? { low: at, high: at };
    frames.set(reference, { low: Math.min(low, at), high: Math.max(high, at) });
  }
  // Some anonymisers give each file one of its own, which says nothing.
  if (frames.size < 2 || 2 * frames.size > placed.length) return;
  const spans = [...frames.values()].sort((a, b) => a.low - b.low);
  const reach = Math.max(SAME_POSITION_MM, median > 0 ? WIDEST * median : 0);
  let top = Number.NEGATIVE_INFINITY;
  const meet = spans.some(({ low, high }) => {
    const met = low - top <= reach;
    top = Math.max(top, high);
    return met;
  });
  if (!meet) return;
  say({
    reason: 'frames-of-reference',
    message: `Its slices name ${frames.size} frames of reference (0020,0052), and lie on or next to each other: positions of two frames cannot be compared, and the order may be wrong. Are there two scans, or two heads, in one series?`,
    kind: 'warning',
    hint: 'Look whether neighbouring pictures go on from each other: `ichor figure windows`.',
  });
}
