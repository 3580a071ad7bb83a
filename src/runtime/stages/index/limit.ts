import { createHash } from 'node:crypto';
import { LABELS } from '../../../labels.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';
import { leaveOutFiles } from './leave-out.ts';

/**
 * Keeps so many labelled and unlabelled studies, the first by SHA-256 of (data.seed, study): the same studies whatever
 * else the folder holds in front of or behind them. Cut files and label rows are left out, a line a study.
 */
export function limitStudies(
  candidates: ReadonlyMap<string, Candidate>,
  limit: { labelled: number; unlabelled: number },
  seed: number,
  identities: Identities,
  ledger: LedgerLines,
): Candidate[] {
  const studies = new Map<string, Candidate[]>();
  for (const candidate of candidates.values()) {
    const slices = studies.get(candidate.study) ?? [];
    studies.set(candidate.study, slices);
    slices.push(candidate);
  }
  const place = (study: string) =>
    createHash('sha256')
      .update(JSON.stringify([seed, 'limit', study]))
      .digest('hex');
  const order = [...studies].map(([study, slices]) => ({ study, slices, place: place(study) }));
  order.sort((a, b) => (a.place < b.place ? -1 : 1));
  const kept: Candidate[] = [];
  const left = { ...limit };
  for (const { study, slices } of order) {
    const labelled = slices.filter(({ labels }) => labels !== null).length;
    const kind = labelled > 0 ? 'labelled' : 'unlabelled';
    if (left[kind] > 0) {
      left[kind]--;
      kept.push(...slices);
      continue;
    }
    const cut = {
      item: identities.name('study', study),
      reason: 'limit' as const,
      message: 'Beyond data.limit: a study that was not drawn.',
    };
    leaveOutFiles(cut, slices, identities, ledger);
    if (labelled > 0) ledger.leaveOut({ ...cut, what: 'label-row', count: labelled * LABELS.length });
  }
  return kept;
}
