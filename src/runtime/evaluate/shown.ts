import type { MetricFigure } from '../../registry/kinds/metric.ts';
import { LEAST } from '../../statistics/limits.ts';
import type { Interval } from '../artifacts/metrics.ts';

/** Below these no figure of calls is shown on a page or in a table: its counts stand in its place (design). */
export const SMALLEST = { patients: LEAST.patientsOfCalls, positives: 5, negatives: 5 } as const;

/**
 * True where a figure may be shown as a number. Losses over slices always are: they are means, not shares of a few calls.
 */
export function isShownAsNumber(figure: MetricFigure, patients: number): boolean {
  if (figure.value === null) return false;
  if (figure.better === 'lower' && figure.unit === 'slice') return true;
  const { positives, negatives } = figure.counts;
  return (
    countedPatients(figure, patients) >= SMALLEST.patients &&
    (positives === undefined || positives >= SMALLEST.positives) &&
    (negatives === undefined || negatives >= SMALLEST.negatives)
  );
}

/** Whom it is about: patients whose truth is not known are in no figure of patients. */
const countedPatients = ({ unit, counts: { truthUnknown = 0 } }: MetricFigure, patients: number): number =>
  unit === 'patient' ? patients - truthUnknown : patients;

/** A figure as the terminal or a table's file shows it: the number, or the counts that it would rest on. */
export function shown(figure: MetricFigure, patients: number): string {
  if (isShownAsNumber(figure, patients)) {
    return `${decimals(figure.value as number)}${figure.optimistic ? ' (optimistic)' : ''}`;
  }
  return countsText(figure) || 'not defined';
}

/** `TP 3 · FP 0 · FN 5 · TN 6` or `4 positive, 312 negative`: what a figure rests on; empty where nothing was counted. */
export function countsText({ counts: { tp, fp, fn, tn, positives, negatives } }: MetricFigure): string {
  if (tp !== undefined) return `TP ${tp} · FP ${fp} · FN ${fn} · TN ${tn}`;
  return positives === undefined ? '' : `${positives} positive, ${negatives} negative`;
}

/** Why a page shows no number: `14 patients`, `3 positives`, or null where it shows one or where none is defined. */
export function withheldFor(figure: MetricFigure, patients: number): string | null {
  if (figure.value === null || isShownAsNumber(figure, patients)) return null;
  const { positives = SMALLEST.positives, negatives = SMALLEST.negatives } = figure.counts;
  const many = (n: number, unit: string) => `${n.toLocaleString('en-GB')} ${unit}${n === 1 ? '' : 's'}`;
  const counted = countedPatients(figure, patients);
  if (counted < SMALLEST.patients) return many(counted, 'patient');
  return positives < SMALLEST.positives ? many(positives, 'positive') : many(negatives, 'negative');
}

/** The rule of what is withheld: stands once below whatever holds counts in a figure's place. */
export const WITHHELD_NOTE = `Counts stand in the place of F1 and AUC (withheld): these take ${SMALLEST.patients} patients, and ${SMALLEST.positives} positives and ${SMALLEST.negatives} negatives of their own unit. metrics.json has the values.`;

/** Four decimals, without hiding what is smaller. */
export function decimals(value: number): string {
  return value !== 0 && Math.abs(value) < 0.00005 ? value.toExponential(1) : value.toFixed(4);
}

/** `0.8123 to 0.9001`: 95 % by patient. Empty where the figure is no number here, or too few patients were drawn from. */
export function shownInterval(figure: MetricFigure, interval: Interval | undefined, patients: number): string {
  if (
    interval === undefined ||
    countedPatients(figure, patients) < SMALLEST.patients ||
    !isShownAsNumber(figure, patients)
  )
    return '';
  const { low, high } = interval;
  return low === null || high === null ? '' : `${decimals(low)} to ${decimals(high)}`;
}

/** What an interval is: stands wherever one is shown. */
export function intervalNote({ draws }: Interval): string {
  return `In brackets: 95 % interval by patient, from ${draws.toLocaleString('en-GB')} draws of the patients with replacement; it says nothing about another training.`;
}

export const OPTIMISTIC_NOTE =
  'Optimistic: the threshold was chosen on the very slices that the figure is about; on others it would be lower.';
