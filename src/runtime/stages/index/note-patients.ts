import type { SliceRow } from '../../artifacts/slices.ts';
import type { LedgerLines } from '../ledger-lines.ts';

/** Patients of several studies, and those who are in the train and in the test set. */
export function notePatients(rows: readonly SliceRow[], ledger: LedgerLines): void {
  const studies = new Map<string, Set<string>>();
  const sets = new Map<string, Set<string>>();
  for (const { group, study, set } of rows) {
    studies.set(group, (studies.get(group) ?? new Set()).add(study));
    sets.set(group, (sets.get(group) ?? new Set()).add(set));
  }
  for (const [item, of] of studies)
    if (of.size > 1)
      ledger.note({
        item,
        what: 'patient',
        reason: 'several-studies',
        message: `The patient has ${of.size} studies.`,
        kind: 'information',
      });
  for (const [item, of] of sets)
    if (of.size > 1)
      ledger.note({
        item,
        what: 'patient',
        reason: 'train-and-test',
        message: 'The patient has slices in the train and in the test folder.',
        kind: 'warning',
      });
}
