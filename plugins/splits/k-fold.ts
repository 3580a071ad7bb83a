import { defineSplit, IchorError, LABELS, type SliceLabels, type SplitPatient, Type } from '../../src/index.ts';
import { byPicture, type SplitSlice } from './pictures.ts';
import { stratify, type Unit, unitOf } from './stratify.ts';

/** Labels of a slice, or of a patient: of each whether any of the slices has it. */
function labelsOf(slices: readonly SplitSlice[]): Partial<SliceLabels> {
  const has = (slice: SplitSlice, label: (typeof LABELS)[number]) =>
    label === 'any' ? slice.any : slice.labels?.[label] === 1;
  return Object.fromEntries(LABELS.map((label) => [label, slices.some((slice) => has(slice, label)) ? 1 : 0]));
}

/** Patients who share a picture are one unit, named by their group. */
function unitsOfPatients(patients: readonly SplitPatient[]): { unit: Unit; slices: readonly SplitSlice[] }[] {
  const groups = new Map<string, SplitPatient[]>();
  for (const patient of patients) groups.set(patient.group, [...(groups.get(patient.group) ?? []), patient]);
  return [...groups].map(([name, own]) => ({
    unit: unitOf(
      name,
      own.map(({ slices }) => labelsOf(slices)),
    ),
    slices: own.flatMap(({ slices }) => slices),
  }));
}

/** Slices that show one picture are one unit, whoever they are of. */
const unitsOfSlices = (patients: readonly SplitPatient[]): { unit: Unit; slices: readonly SplitSlice[] }[] =>
  [...byPicture(patients.flatMap(({ slices }) => slices))].map(([name, slices]) => ({
    unit: unitOf(
      name,
      slices.map((slice) => labelsOf([slice])),
    ),
    slices,
  }));

type Dealt = readonly (readonly [slice: string, fold: number])[];

/** Of one list of patients, by what they were dealt: who asks for one fold often asks for the others too. */
const known = new WeakMap<readonly SplitPatient[], Map<string, Dealt>>();

/** The fold of each slice. Throws IchorError `split-impossible` where there are fewer patients than folds. */
function foldsOf(patients: readonly SplitPatient[], folds: number, by: 'patient' | 'slice', seed: number): Dealt {
  const before = known.get(patients) ?? new Map<string, Dealt>();
  known.set(patients, before);
  const key = JSON.stringify([folds, by, seed]);
  const found = before.get(key);
  if (found !== undefined) return found;
  const units = by === 'patient' ? unitsOfPatients(patients) : unitsOfSlices(patients);
  if (units.length < folds) throw tooFew(units.length, folds, by);
  const fold = stratify(
    units.map(({ unit }) => unit),
    folds,
    seed,
  );
  const dealt = units.flatMap(({ unit, slices }) =>
    slices.map(({ slice }) => [slice, fold.get(unit.name) as number] as const),
  );
  before.set(key, dealt);
  return dealt;
}

/**
 * k folds of one draw: fold f validates, all others train. Which fold a patient is in follows from data.seed and the
 * labelled patients, and from neither `fold` nor the network's seed, so that the folds of one seed are a partition.
 */
export default defineSplit({
  name: 'k-fold',
  version: 1,
  summary:
    'Labelled patients are dealt into folds, each label as evenly as patients allow; one fold validates, the others train.',
  params: Type.Object({
    folds: Type.Integer({
      default: 5,
      minimum: 2,
      maximum: 100,
      description: 'Folds of about as many patients; one validates. Each has one patient at least.',
    }),
    fold: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 99,
      description: 'Which fold validates, from 0. A table with folds runs all of them.',
    }),
    by: Type.Union([Type.Literal('patient'), Type.Literal('slice')], {
      default: 'patient',
      description:
        'What is dealt. slice: slices whatever patient they are of, where nobody knows the patients; else a leak, to be accepted as that of random-slice.',
    }),
  }),
  contract: ({ fold, folds, by }) => ({ by, folds: { fold, folds } }),
  assign(patients, { fold, folds, by }, seed) {
    if (fold >= folds) throw noSuchFold(fold, folds);
    const dealt = foldsOf(patients, folds, by, seed);
    return new Map(
      dealt.map(([slice, own]): [string, 'train' | 'validation'] => [slice, own === fold ? 'validation' : 'train']),
    );
  },
});

const noSuchFold = (fold: number, folds: number): IchorError =>
  new IchorError(
    'split-impossible',
    `There is no fold ${fold} of ${folds}: they are counted from 0.`,
    `Set data.split.fold to one of 0 to ${folds - 1}.`,
    2,
  );

function tooFew(units: number, folds: number, by: 'patient' | 'slice'): IchorError {
  const what = by === 'patient' ? 'labelled patients' : 'labelled slices';
  return new IchorError(
    'split-impossible',
    `${units} ${what} cannot be dealt into ${folds} folds: each fold takes one at least, and those that share pictures count as one.`,
    units >= 2
      ? `Set data.split.folds to ${units} at most, or give it more ${by === 'patient' ? 'patients' : 'slices'}.`
      : `Give it labelled slices of ${by === 'patient' ? 'two patients' : 'two pictures'} at least; the ledger of index names what was joined.`,
    2,
  );
}
