import { defineSplit, IchorError, seedOf, Type } from '../../src/index.ts';
import { dealGroups } from './deal.ts';

export default defineSplit({
  name: 'by-patient',
  version: 1,
  summary: 'Validation gets a share of the labelled patients, as many with and without haemorrhage as the data have.',
  params: Type.Object({
    validation: Type.Number({
      default: 0.1,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of the labelled patients; at least one goes to validation, and one stays in training.',
    }),
  }),
  contract: () => ({ by: 'patient' }),
  assign(patients, { validation }, seed) {
    const count = Math.max(1, Math.round(validation * patients.length));
    if (count >= patients.length) throw tooFew(patients.length, validation);
    const place = (patient: string) =>
      [...seedOf(seed, 'split', patient)].map((word) => word.toString(16).padStart(8, '0')).join('');
    const sides = dealGroups(
      patients.map(({ patient, group, slices }) => ({
        patient,
        group,
        any: slices.some(({ any }) => any),
        place: place(patient),
      })),
      count,
    );
    if (sides === null)
      throw new IchorError(
        'split-impossible',
        `All ${patients.length} labelled patients share pictures with each other, so they cannot be split.`,
        'Look into the ledger of this stage for the pictures that they share.',
        2,
      );
    return new Map(
      patients.flatMap(({ patient, slices }) =>
        slices.map(({ slice }) => [slice, sides.has(patient) ? 'validation' : 'train'] as const),
      ),
    );
  },
});

function tooFew(patients: number, share: number): IchorError {
  return new IchorError(
    'split-impossible',
    `A share of ${share} for validation leaves none of the ${patients} labelled patients for training.`,
    patients < 2
      ? 'Give it labelled slices of two patients at least; those that share a study or a series count as one (the ledger of index names them).'
      : 'Lower `--set data.split.validation=…`.',
    2,
  );
}
