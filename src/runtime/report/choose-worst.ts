import type { Side } from '../../registry/kinds/split.ts';
import type { PatientRow } from '../artifacts/patients.ts';
import type { JoinedSlice } from '../evaluate/scored.ts';
import { meanSliceLoss, sliceLoss } from './slice-loss.ts';

export interface WorstSlice {
  slice: JoinedSlice;
  /** Mean log loss over the six labels. */
  loss: number;
}

export interface WorstPatient {
  patient: string;
  call: boolean;
  /** By the rule of the calls, any of the patient's series. */
  truth: boolean;
  series: number;
  /** Labelled slices. */
  slices: number;
  positives: number;
  /** Mean log loss over them. */
  loss: number;
  /** The one with the largest loss. */
  worst: JoinedSlice;
}

/** Of one series at most: its slices are wrong in the same way. */
const MOST_OF_A_SERIES = 2;

/** The labelled slices of a side with the largest loss, the largest first. */
export function worstSlices(slices: readonly JoinedSlice[], most: number, side: Side = 'validation'): WorstSlice[] {
  const ranked = labelledOn(slices, side)
    .map((slice): WorstSlice => ({ slice, loss: sliceLoss(slice) as number }))
    .sort((a, b) => b.loss - a.loss);
  const taken = new Map<string, number>();
  const worst: WorstSlice[] = [];
  for (const one of ranked) {
    if (worst.length === most) break;
    const { series } = one.slice;
    const before = taken.get(series) ?? 0;
    if (before === MOST_OF_A_SERIES) continue;
    taken.set(series, before + 1);
    worst.push(one);
  }
  return worst;
}

/** Patients of a side: those that are called otherwise than their labels first, then the largest loss first. */
export function worstPatients(
  slices: readonly JoinedSlice[],
  calls: readonly PatientRow[],
  most: number,
  side: Side = 'validation',
): WorstPatient[] {
  const rows = new Map<string, PatientRow[]>();
  for (const row of calls) {
    if (row.side !== side || row.truthSameRule === null) continue;
    rows.set(row.patient, [...(rows.get(row.patient) ?? []), row]);
  }
  const own = new Map<string, JoinedSlice[]>();
  for (const slice of labelledOn(slices, side)) {
    const known = own.get(slice.patient);
    if (known) known.push(slice);
    else own.set(slice.patient, [slice]);
  }
  const wrong = ({ call, truth }: WorstPatient) => Number(call !== truth);
  return [...own]
    .flatMap(([patient, all]): WorstPatient[] => {
      const series = rows.get(patient) ?? [];
      const worst = worstSlices(all, 1, side)[0];
      if (series.length === 0 || worst === undefined) return [];
      return [
        {
          patient,
          call: series.some(({ call }) => call),
          truth: series.some(({ truthSameRule }) => truthSameRule),
          series: series.length,
          slices: all.length,
          positives: all.filter(({ labels }) => labels?.any === 1).length,
          loss: meanSliceLoss(all),
          worst: worst.slice,
        },
      ];
    })
    .sort((a, b) => wrong(b) - wrong(a) || b.loss - a.loss)
    .slice(0, most);
}

const labelledOn = (slices: readonly JoinedSlice[], side: Side) =>
  slices.filter((slice) => slice.side === side && slice.labels !== null);
