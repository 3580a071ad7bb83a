import { defineSampler, Type } from '../../src/index.ts';

/** Slices of one patient resemble each other: with one of each, a patient of many slices counts as much as one of few. */
export default defineSampler({
  name: 'one-slice-per-patient',
  version: 1,
  summary: 'One slice of each patient an epoch, drawn anew, in an order drawn anew: patients count alike.',
  params: Type.Object({}),
  // Labels come as often as on a slice of a patient drawn at random: as they occur, patients counted alike.
  contract: () => ({ draws: 'patients', prevalence: 'kept' }),
  order(slices, { random }) {
    const patients = new Map<string, number[]>();
    for (const [place, { patient }] of slices.entries()) {
      const own = patients.get(patient) ?? [];
      patients.set(patient, own);
      own.push(place);
    }
    return random.shuffle([...patients.values()].map((own) => own[random.integer(own.length)] as number));
  },
});
