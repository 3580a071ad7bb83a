import type { ModelName } from '../artifacts/metrics.ts';
import { INK } from './chart.ts';

export const MODEL_INK: Record<ModelName, keyof typeof INK> = { backbone: 'base', sequence: 'sequence' };

export const axisText = { color: INK.muted, fontSize: 12 };
export const quietLine = { lineStyle: { color: INK.rule } };

/** `SYNTHETIC` and its like in the plot itself: a picture cut out of the page still says so. */
export function markTitle(mark: string): object {
  return {
    show: mark !== '',
    text: mark,
    right: 8,
    top: 2,
    borderColor: INK.muted,
    textStyle: { fontSize: 11, fontWeight: 'bold', color: INK.muted },
  };
}

/** A range of two decades: on a linear axis what is below a hundredth of the largest lies on its lower edge. */
const LOG_FROM = 100;

/** Whether values of a loss are drawn on a logarithmic axis: all above zero, the largest more than a hundred times the smallest. */
export function spansDecades(values: readonly (number | null)[]): boolean {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const least = Math.min(...known);
  return least > 0 && Math.max(...known) / least > LOG_FROM;
}

/** The axis of a loss: logarithmic, and said on it, where its values span decades. */
export function lossAxis(values: readonly (number | null)[]): object {
  if (!spansDecades(values)) return { type: 'value', scale: true, splitNumber: 4 };
  const name = { name: 'log scale', nameLocation: 'end', nameGap: 8, nameTextStyle: { ...axisText, align: 'left' } };
  return { type: 'log', logBase: 10, ...name };
}

/** A dashed line across the plot at one value. */
export function acrossAt(value: number): object {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    label: { show: false },
    lineStyle: { color: INK.reference, type: 'dashed', width: 1.5 },
    data: [{ yAxis: value }],
  };
}
