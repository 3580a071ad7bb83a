import type { Identities } from '../../sources/identities.ts';
import { patientAndNumber } from '../../sources/labels-file.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';

/** Fewer numbers may fit by chance. */
const LEAST_SLICES = 3;

/**
 * Patients whose numbers in a table of labels are those of their files one up or down: of two programs one counts from 0, and
 * each label, and so what is learned, would be of the slice beside its own.
 *
 * @param unmatched names of rows (`patientAndNumber`) that no file has
 * @param isLabelled whether rows gave the slice labels
 */
export function noteShiftedLabels(
  candidates: Iterable<Pick<Candidate, 'slice' | 'set' | 'patient' | 'instance'>>,
  unmatched: ReadonlySet<string>,
  isLabelled: (slice: string) => boolean,
  identities: Identities,
  ledger: LedgerLines,
): void {
  const patients = new Map<string, { numbers: number[]; without: number[] }>();
  for (const { patient, instance, slice, set } of candidates) {
    if (instance === null || set === 'test') continue;
    const of = patients.get(patient) ?? { numbers: [], without: [] };
    patients.set(patient, of);
    of.numbers.push(Math.abs(instance));
    if (!isLabelled(slice)) of.without.push(Math.abs(instance));
  }
  for (const [patient, { numbers, without }] of patients) {
    // Of numbers in a row that are shifted one file has no row, at one end, and one row no file, behind the other.
    if (numbers.length < LEAST_SLICES || without.length !== 1) continue;
    const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
    if (last - first !== numbers.length - 1) continue;
    const isOneFurther = (from: number, at: number) =>
      unmatched.has(patientAndNumber(patient, at)) && without[0] === from;
    const by = isOneFurther(last, first - 1) ? 'low' : isOneFurther(first, last + 1) ? 'high' : null;
    if (by === null) continue;
    ledger.note({
      item: identities.name('patient', patient),
      what: 'patient',
      reason: 'labels-shifted',
      message: `The numbers of its labels are one too ${by} for its files (${first} to ${last}): each may be of the slice beside.`,
      kind: 'warning',
      hint: 'Number the slices in the table as the files do (InstanceNumber), or name them by path or by slice.',
    });
  }
}
