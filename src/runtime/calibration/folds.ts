import { LABELS } from '../../labels.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import { foldPlace } from '../train/crossfit.ts';

/** Into which the patients of the validation side are dealt. */
export const FOLDS = 5;

/**
 * The fold, from 0, of each patient (`group`) with labelled slices among these rows of the index. Patients with the same labels are dealt one after
 * the other, in an order drawn by hash, so that the folds are alike; the same rows give the same folds in any order.
 */
export function calibrationFolds(
  rows: readonly Pick<SliceRow, 'group' | 'labels'>[],
  seed: number,
): ReadonlyMap<string, number> {
  const patients = new Map<string, { has: string; place: string }>();
  const seen = new Map<string, Set<number>>();
  for (const { group, labels } of rows) {
    if (labels === null) continue;
    const own = seen.get(group) ?? new Set();
    seen.set(group, own);
    LABELS.forEach((label, place) => {
      if (labels[label] === 1) own.add(place);
    });
  }
  for (const [group, own] of seen)
    patients.set(group, { has: LABELS.map((_, i) => (own.has(i) ? 1 : 0)).join(''), place: foldPlace(seed, group) });
  const dealt = [...patients].sort(
    ([, a], [, b]) => b.has.localeCompare(a.has) || (a.place < b.place ? -1 : Number(a.place > b.place)),
  );
  return new Map(dealt.map(([group], place) => [group, place % FOLDS]));
}
