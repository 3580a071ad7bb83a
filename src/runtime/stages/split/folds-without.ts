import { LABELS } from '../../../labels.ts';
import type { Split, SplitPatient } from '../../../registry/kinds/split.ts';
import type { ComponentValue } from '../../../registry/recipe.ts';
import type { LedgerNote } from '../../ledger.ts';

/**
 * Of a split into folds one note of the other folds, those that validate in runs beside this one, where labels are positive on
 * no slice: which, by name. Null where there is none such; of the fold that validates here `sidesWithout` tells.
 */
export function foldsWithout(
  component: Split,
  params: ComponentValue,
  patients: readonly SplitPatient[],
  seed: number,
): LedgerNote | null {
  const { folds: stated } = component.contract(params);
  if (stated === undefined || patients.length === 0) return null;
  const slices = patients.flatMap((patient) => patient.slices);
  // What nobody has is told of the whole.
  const known = LABELS.filter((label) => slices.some(({ labels }) => labels?.[label] === 1));
  const found: string[] = [];
  for (let fold = 0; fold < stated.folds; fold++) {
    if (fold === stated.fold) continue;
    const sides = component.assign(patients, { ...params, fold }, seed);
    const own = slices.filter(({ slice }) => sides.get(slice) === 'validation');
    const lacking = known.filter((label) => !own.some(({ labels }) => labels?.[label] === 1));
    if (lacking.length > 0) found.push(`fold ${fold} (${lacking.join(', ')})`);
  }
  if (found.length === 0) return null;
  return {
    item: 'folds',
    what: 'side',
    reason: 'label-without-positives',
    kind: 'warning',
    message: `Of the other folds ${found.join(', ')} ${found.length === 1 ? 'has' : 'have'} no positive slice of these labels. No figure of such a fold alone measures them; pooled over all folds they count.`,
    hint: 'Read figures that are pooled over the folds (a table with folds), or take fewer folds.',
  };
}
