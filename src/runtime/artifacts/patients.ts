import { join } from 'node:path';
import type { Side } from '../../registry/kinds/split.ts';
import { readCsv, writeCsv } from './csv.ts';
import type { ModelName } from './metrics.ts';

/** One row of `patients.csv` (evaluate): a series as one model calls it. A patient is positive when any of its series is. */
export interface PatientRow {
  model: ModelName;
  patient: string;
  series: string;
  side: Side;
  slices: number;
  /** Labelled slices among them. */
  labelled: number;
  /** Slices whose prediction is interpolated. */
  interpolated: number;
  /** Holes in it, where slices are missing: no run crosses one. */
  holes: number;
  highestAny: number;
  /** Longest run of neighbours with p(any) above the threshold, in places; 0 where there is none. */
  longestRun: number;
  /** Places of the run's ends in the series, 0-based; null where there is no run. */
  firstOrder: number | null;
  lastOrder: number | null;
  firstSlice: string | null;
  lastSlice: string | null;
  call: boolean;
  /** Null where it has no label, or slices without one leave it open whether it is positive. */
  truthSameRule: boolean | null;
  truthAnySlice: boolean | null;
  patientCall: boolean;
  /** What it was called by: slices, or millimetres. */
  calledBy: 'slices' | 'millimetres';
  /** What speaks against it, in words: `bone kernel; derived`; null: nothing. */
  doubtful: string | null;
}

const COLUMNS: readonly (readonly [keyof PatientRow, string])[] = [
  ['model', 'model'],
  ['patient', 'patient'],
  ['series', 'series'],
  ['side', 'side'],
  ['slices', 'slices'],
  ['labelled', 'labelled'],
  ['interpolated', 'interpolated'],
  ['holes', 'holes'],
  ['highestAny', 'highest_any'],
  ['longestRun', 'longest_run'],
  ['firstOrder', 'first_order'],
  ['lastOrder', 'last_order'],
  ['firstSlice', 'first_slice'],
  ['lastSlice', 'last_slice'],
  ['call', 'call'],
  ['truthSameRule', 'truth_same_rule'],
  ['truthAnySlice', 'truth_any_slice'],
  ['patientCall', 'patient_call'],
  ['calledBy', 'called_by'],
  ['doubtful', 'doubtful'],
];
const TEXT = new Set<keyof PatientRow>([
  'model',
  'patient',
  'series',
  'side',
  'firstSlice',
  'lastSlice',
  'calledBy',
  'doubtful',
]);
const FLAGS = new Set<keyof PatientRow>(['call', 'truthSameRule', 'truthAnySlice', 'patientCall']);

export async function writePatients(folder: string, rows: readonly PatientRow[]): Promise<void> {
  await writeCsv(
    join(folder, 'patients.csv'),
    COLUMNS.map(([, name]) => name),
    rows,
    (row) => COLUMNS.map(([key]) => row[key]),
  );
}

export async function readPatients(folder: string): Promise<PatientRow[]> {
  const rows: PatientRow[] = [];
  const columns = COLUMNS.map(([, name]) => name);
  for await (const cells of readCsv(join(folder, 'patients.csv'), columns)) {
    const entries = COLUMNS.map(([key, name]) => [key, readCell(key, cells[name] ?? '')]);
    rows.push(Object.fromEntries(entries) as PatientRow);
  }
  return rows;
}

function readCell(key: keyof PatientRow, cell: string): string | number | boolean | null {
  if (cell === '' && key !== 'patient' && key !== 'series') return null;
  if (TEXT.has(key)) return cell;
  return FLAGS.has(key) ? cell === '1' : Number(cell);
}
