import type { SequenceCommon } from '../../registry/kinds/sequence.ts';
import type { SliceRow } from '../artifacts/slices.ts';

/** What one sequence is made of, as rows of the index in anatomical order. */
export interface Group {
  /** Names the streams that are drawn for it. */
  id: string;
  rows: readonly number[];
}

/**
 * All groups of the index, by the first of their rows. A patient's slices follow each other by their position along the
 * normal, so that the slices of several series interleave (facts 1.6, row 10), and the train and the test set make
 * groups of their own; where a position is not known the series follow each other.
 */
export function groupsOf(index: readonly SliceRow[], by: SequenceCommon['group']): Group[] {
  if (by === 'slice') return index.map(({ slice }, row) => ({ id: slice, rows: [row] }));
  const groups = new Map<string, number[]>();
  index.forEach((row, at) => {
    const id = by === 'series' ? row.series : `${row.set} ${row.group}`;
    const rows = groups.get(id) ?? [];
    groups.set(id, rows);
    rows.push(at);
  });
  return [...groups].map(([id, rows]) => ({ id, rows: by === 'series' ? rows : byPosition(index, rows) }));
}

/** Rows of the index are ordered by series already: equal positions keep that order. */
function byPosition(index: readonly SliceRow[], rows: readonly number[]): number[] {
  const position = (row: number) => index[row]?.positionMm ?? null;
  if (rows.some((row) => position(row) === null)) return [...rows];
  return [...rows].sort((a, b) => (position(a) as number) - (position(b) as number) || a - b);
}
