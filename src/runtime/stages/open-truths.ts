import { patientTruth } from '../../patient-rule.ts';
import type { MetricInput } from '../../registry/kinds/metric.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { PatientRow } from '../artifacts/patients.ts';
import { counted, number } from '../notices/words.ts';
import type { LedgerLines } from './ledger-lines.ts';

type Truth = MetricInput['patient']['truth'][number];

const SIDES: readonly (readonly [Side, string])[] = [
  ['validation', ' of validation'],
  ['held-out', ' of the test side'],
  ['test', ''],
];

/**
 * Patients and series that are judged, of whom slices without a label leave it open whether they are positive: they are in no figure
 * of patients or series.
 *
 * @param rows of one model, of all sides
 */
export function noteOpenTruths(rows: readonly PatientRow[], readings: readonly Truth[], ledger: LedgerLines): void {
  for (const [side, where] of SIDES) {
    const judged = new Set(rows.filter((row) => row.side === side && row.labelled > 0).map(({ patient }) => patient));
    // What has no label at all is on no side.
    const own = rows.filter((row) => judged.has(row.patient) && (row.side === side || row.side === 'unlabelled'));
    const partly = new Set(own.filter((row) => row.labelled < row.slices).map(({ patient }) => patient));
    if (partly.size === 0) continue;
    const open = readings.map((reading) => openBy(own, judged, reading));
    if (open.every(({ patients, series }) => patients === 0 && series === 0)) continue;
    const each = open.map(
      ({ patients, series }, i) => `${counted(patients, 'patient')} and ${number(series)} series by ${readings[i]}`,
    );
    ledger.note({
      item: side,
      what: 'side',
      reason: 'truth-not-known',
      message: `Only some slices of ${number(partly.size)} of the ${counted(judged.size, 'patient')}${where} who are judged have labels. Where the others leave it open whether a patient or a series is positive, the truth is not known: ${each.join(', ')} are in no figure of patients or series.`,
      kind: 'warning',
      hint: 'Label every slice of a patient. Whom a labelled slice makes positive is counted and whom none does is not, so that these figures may flatter.',
    });
  }
}

function openBy(
  rows: readonly PatientRow[],
  judged: ReadonlySet<string>,
  reading: Truth,
): { patients: number; series: number } {
  const truth = (row: PatientRow) => (reading === 'same-rule' ? row.truthSameRule : row.truthAnySlice);
  const patients = new Map([...judged].map((patient) => [patient, [] as (boolean | null)[]]));
  for (const row of rows) patients.get(row.patient)?.push(truth(row));
  return {
    patients: [...patients.values()].filter((truths) => patientTruth(truths) === null).length,
    series: rows.filter((row) => row.labelled > 0 && truth(row) === null).length,
  };
}
