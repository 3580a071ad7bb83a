import { type SliceLabels, stream } from '../../../src/index.ts';

/** A labelled study: whom it is of, and what each of its slices shows. */
export interface LabelledStudy {
  patient: number;
  labels: readonly SliceLabels[];
}

/**
 * Deals the labels of patients to patients: everyone gets those of one other, study by study and by the place in the
 * series, so that as many slices at a height are positive and no picture has to do with its labels. With a single patient
 * there is no other: nothing changes.
 */
export function labelsOfOthers(seed: number, studies: readonly LabelledStudy[]): (readonly SliceLabels[])[] {
  const ofPatient = new Map<number, LabelledStudy[]>();
  for (const study of studies) ofPatient.set(study.patient, [...(ofPatient.get(study.patient) ?? []), study]);
  // In a circle of shuffled patients each has another one before it.
  const circle = stream(seed, 'phantom-labels').shuffle([...ofPatient.keys()]);
  const before = new Map(circle.map((patient, i) => [patient, circle.at(i - 1)!]));
  return studies.map((study) => {
    const given = ofPatient.get(before.get(study.patient)!)!;
    const own = ofPatient.get(study.patient)!.indexOf(study);
    const { labels } = given[own % given.length]!;
    return study.labels.map((_, k) => labels[placeIn(k, study.labels.length, labels.length)]!);
  });
}

/** The place in a series of `there` slices at the height of place `k` among `here`. */
const placeIn = (k: number, here: number, there: number): number =>
  here === 1 ? there >> 1 : Math.round((k * (there - 1)) / (here - 1));
