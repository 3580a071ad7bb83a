import { sealedId } from '../../dicom/claims.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';

/**
 * Patients whose files name another id of the same person, which is that of other files: a hospital's numbers before and after a
 * change of its system. Said, and not joined: what stands in these elements is often of a referring hospital, which counts from one too.
 *
 * @param isNobody whether a patient's id names nobody
 */
export function noteOtherIds(
  candidates: readonly Candidate[],
  isNobody: (one: Candidate) => boolean,
  identities: Identities,
  ledger: LedgerLines,
): void {
  const others = new Map<string, Set<string>>();
  const patients = new Map<string, Candidate>();
  for (const one of candidates) {
    if (!patients.has(one.patient)) patients.set(one.patient, one);
    if (one.claims.otherIds.length === 0) continue;
    const own = others.get(one.patient) ?? new Set<string>();
    others.set(one.patient, own);
    for (const id of one.claims.otherIds) own.add(id);
  }
  if (others.size === 0) return;
  const known = new Map<string, Candidate>();
  for (const [id, one] of patients) if (!isNobody(one)) known.set(sealedId(id), one);
  const told = new Set<string>();
  for (const [patient, ids] of others) {
    const own = patients.get(patient) as Candidate;
    for (const id of ids) {
      const other = known.get(id);
      if (other === undefined || other.group === own.group) continue;
      const pair = JSON.stringify([own.group, other.group].sort());
      if (told.has(pair)) continue;
      told.add(pair);
      ledger.note({
        item: identities.name('patient', patient),
        what: 'patient',
        reason: 'other-patient-id',
        message: `Its files name a further id of the patient (0010,1000 or 0010,1002), which is the patient ID of other files (${identities.name('patient', other.patient)}): the two may be one person, and count as two.`,
        kind: 'warning',
        hint: 'Where they are one person, give the files of both one id: else the person may stand on both sides.',
      });
    }
  }
}
