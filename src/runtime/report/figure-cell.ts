import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { Interval } from '../artifacts/metrics.ts';
import { shown, shownInterval, withheldFor } from '../evaluate/shown.ts';
import { type Html, html } from './html.ts';

/** A figure in a table, and its interval under it: beside it, a column for each model would not fit a page. */
export function figureCell(figure: MetricFigure, patients: number, interval?: Interval): Html {
  const range = shownInterval(figure, interval, patients);
  return withheldCell(shown(figure, patients), withheldFor(figure, patients), range === '' ? '' : `[${range}]`);
}

/** Counts in the place of a figure read as a broken table, unless the cell says what they are. */
export function withheldCell(text: string, withheld: string | null, under = ''): Html {
  const baseline = /^(\S+) (constant|all positive)$/.exec(text);
  if (baseline) return html`${baseline[1]} <small class="kind">${baseline[2]}</small>`;
  if (withheld === null) return html`${text}${under !== '' && html` <small class="range">${under}</small>`}`;
  return html`<span class="withheld">withheld: ${withheld}</span> <small class="range">${text}</small>`;
}
