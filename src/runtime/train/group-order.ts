import { stream } from '../../random.ts';
import type { SequenceCommon } from '../../registry/kinds/sequence.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { Group } from './groups.ts';

/**
 * A group's rows in the order in which the network sees them. `shuffled`: drawn from the group's own stream, another way
 * in each epoch and one way in validation and prediction (`epoch` null). `file`: by slice id, which is what file names
 * are ordered by.
 */
export function inOrder(
  { id, rows }: Group,
  index: readonly SliceRow[],
  { order, seed, epoch }: { order: SequenceCommon['order']; seed: number; epoch: number | null },
): number[] {
  if (order === 'shuffled') return stream(seed, 'sequence-shuffle', epoch ?? 'prediction', id).shuffle(rows);
  const test = rows.some((row) => index[row]?.set === 'test');
  if (order === 'anatomical' || (order === 'file-in-test' && !test)) return [...rows];
  const slice = (row: number) => index[row]?.slice ?? '';
  return [...rows].sort((a, b) => (slice(a) < slice(b) ? -1 : 1));
}
