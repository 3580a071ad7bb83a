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
