import type { SliceRow } from '../../artifacts/slices.ts';
import { number } from '../../notices/words.ts';
import type { LedgerLines } from '../ledger-lines.ts';

/** So many series of one slice each, and most slices of a patient in them: their UIDs are not those of series. */
const MANY_SINGLE = 3;
/** So many patients of one slice each, and so large a share of all: their ids are not those of people, or it is no set of heads. */
const MANY_PATIENTS = 10;
const MOST_PATIENTS = 0.9;

export const SINGLE_SLICE_PATIENTS = 'single-slice-patients';

interface Patient {
  slices: number;
  /** Series of one slice. */
  single: string[];
}

/** Anonymisers that draw UIDs anew for each file leave slices without neighbours, and heads that nobody can put together. */
export function noteSingleSlices(rows: readonly SliceRow[], ledger: LedgerLines): void {
  const sizes = new Map<string, number>();
  for (const { series } of rows) sizes.set(series, (sizes.get(series) ?? 0) + 1);
  const patients = new Map<string, Patient>();
  for (const { group, series } of rows) {
    const own = patients.get(group) ?? { slices: 0, single: [] };
    patients.set(group, own);
    own.slices++;
    if (sizes.get(series) === 1) own.single.push(series);
  }
  for (const patient of patients.values()) noteSeries(patient, ledger);
  notePatients(patients, ledger);
}

function noteSeries({ slices, single }: Patient, ledger: LedgerLines): void {
  const [item] = single;
  if (item === undefined || single.length < MANY_SINGLE || 2 * single.length < slices) return;
  ledger.note({
    item,
    what: 'series',
    reason: 'series-of-single-slices',
    message: `${single.length} of the ${slices} slices of one patient are series of their own: a sequence model sees none of their neighbours, and rules of consecutive slices find none. Did an anonymiser give each slice a series UID?`,
    kind: 'warning',
    hint: 'Export the study with its series UIDs, or train sequences over patients (`sequence.group: patient`).',
    count: single.length,
  });
}

/** Where patient ids are new as well nothing says which slices are of one head: they stand on both sides of any split. */
function notePatients(patients: ReadonlyMap<string, Patient>, ledger: LedgerLines): void {
  const single = [...patients].filter(([, { slices }]) => slices === 1);
  const [first] = single;
  if (first === undefined || single.length < MANY_PATIENTS || single.length < MOST_PATIENTS * patients.size) return;
  const [item] = first;
  ledger.note({
    item,
    what: 'patient',
    reason: SINGLE_SLICE_PATIENTS,
    message: `${single.length === patients.size ? `All ${number(patients.size)}` : `${number(single.length)} of the ${number(patients.size)}`} patients have one slice each. Did an anonymiser give each file ids of its own? Then neighbours of one head count as different people, on both sides of any split, and no figure says anything about new patients.`,
    kind: 'warning',
    hint: 'Export the studies with ids that the slices of a head share. If each slice is of another person: accept: [single-slice-patients].',
    count: single.length,
  });
}
