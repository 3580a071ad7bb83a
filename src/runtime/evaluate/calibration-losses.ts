import { LABELS, type Label } from '../../labels.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { LogLosses, SideMetrics } from '../artifacts/metrics.ts';
import type { JoinedSlice } from './scored.ts';

/** As everywhere: probabilities are cut off at 1e-15 from either end (facts 2.1). */
const NEAREST = 1e-15;

/** The log losses of a side before and after a calibration; nothing where its slices have none. */
export function calibrationLosses(
  slices: readonly JoinedSlice[],
  side: Side,
  known: readonly Label[],
): Pick<SideMetrics, 'calibration'> {
  const own = slices.filter((slice) => slice.side === side && slice.labels !== null);
  if (!own.some(({ uncalibrated }) => uncalibrated !== undefined)) return {};
  return {
    calibration: {
      before: losses(own, known, ({ uncalibrated, probabilities }) => uncalibrated ?? probabilities),
      after: losses(own, known, ({ probabilities }) => probabilities),
    },
  };
}

function losses(
  slices: readonly JoinedSlice[],
  known: readonly Label[],
  of: (slice: JoinedSlice) => readonly number[],
): LogLosses {
  const all = known.map((label) => {
    const place = LABELS.indexOf(label);
    const sum = slices.reduce((total, slice) => {
      const p = Math.min(Math.max(of(slice)[place] as number, NEAREST), 1 - NEAREST);
      return total - Math.log(slice.labels?.[label] === 1 ? p : 1 - p);
    }, 0);
    return [label, sum / slices.length] as const;
  });
  const mean = all.reduce((sum, [, loss]) => sum + loss, 0) / all.length;
  return { ...Object.fromEntries(all), mean };
}
