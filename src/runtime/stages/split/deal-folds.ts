import { IchorError } from '../../../errors.ts';
import type { SplitPatient } from '../../../registry/kinds/split.ts';
import { foldPlace } from '../../train/crossfit.ts';

/**
 * The fold, from 1, of each labelled patient. Patients that share a picture stay together; groups with and without
 * haemorrhage are dealt one after the other, in an order drawn by hash, so that folds are alike.
 * Throws IchorError `crossfit-impossible` where there are fewer groups than folds.
 */
export function dealFolds(patients: readonly SplitPatient[], folds: number, seed: number): ReadonlyMap<string, number> {
  const groups = new Map<string, { patients: string[]; any: boolean; place: string }>();
  for (const { patient, group, slices } of patients) {
    const own = groups.get(group) ?? { patients: [], any: false, place: foldPlace(seed, group) };
    groups.set(group, own);
    own.patients.push(patient);
    own.any ||= slices.some(({ any }) => any);
  }
  if (groups.size < folds) throw tooFew(groups.size, folds);
  const dealt = [...groups.values()].sort((a, b) => Number(b.any) - Number(a.any) || (a.place < b.place ? -1 : 1));
  return new Map(
    dealt.flatMap(({ patients: own }, place) => own.map((patient) => [patient, (place % folds) + 1] as const)),
  );
}

const tooFew = (groups: number, folds: number): IchorError =>
  new IchorError(
    'crossfit-impossible',
    `${groups} patients on the training side cannot be dealt into ${folds} folds: each fold needs one.`,
    groups >= 2
      ? `Set train.sequence.embeddings: { crossfit: ${groups} } at most, or give it more patients.`
      : 'Cross-fit embeddings need two patients on the training side at least: write embeddings: in-sample.',
    2,
  );
