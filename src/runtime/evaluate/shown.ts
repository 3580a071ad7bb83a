import type { MetricFigure } from '../../registry/kinds.ts';

/** Below these no figure of calls is shown on a page or in a table: its counts stand in its place (design). */
export const SMALLEST = { patients: 20, positives: 5, negatives: 5 } as const;

/** True where a figure may be shown as a number. Log losses always are: they are means, not shares of a few calls. */
export function isShownAsNumber(figure: MetricFigure, patients: number): boolean {
  if (figure.value === null) return false;
  if (figure.better === 'lower') return true;
  const { positives, negatives } = figure.counts;
  return (
    patients >= SMALLEST.patients &&
    (positives === undefined || positives >= SMALLEST.positives) &&
    (negatives === undefined || negatives >= SMALLEST.negatives)
  );
}

/** A figure as a page or a table shows it: the number, or the counts that it would rest on. */
export function shown(figure: MetricFigure, patients: number): string {
  if (isShownAsNumber(figure, patients)) return decimals(figure.value as number);
  const { tp, fp, fn, tn, positives, negatives } = figure.counts;
  if (tp !== undefined) return `TP ${tp} · FP ${fp} · FN ${fn} · TN ${tn}`;
  if (positives !== undefined) return `${positives} positive, ${negatives} negative`;
  return 'not defined';
}

/** Four decimals, without hiding what is smaller. */
export function decimals(value: number): string {
  return value !== 0 && Math.abs(value) < 0.00005 ? value.toExponential(1) : value.toFixed(4);
}
