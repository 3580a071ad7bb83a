import { IchorError } from '../../errors.ts';
import { LABELS, type SliceLabels } from '../../labels.ts';
import type { CalibrationInput, FittedCalibration } from '../../registry/kinds/calibration.ts';
import type { Fitted } from '../artifacts/calibration.ts';
import type { Chosen } from '../train/components.ts';

/** A labelled slice of the validation side. */
export interface FitRow {
  slice: string;
  group: string;
  /** Of the whole index: its place there. */
  row: number;
  labels: SliceLabels;
}

/**
 * Fits a component on these slices. Throws IchorError `predictions-invalid` for a logit that is no finite number, and `component-failed`
 * where what the component gives are no parameters.
 */
export function fitOn(
  { component, params }: Chosen<'calibration'>,
  rows: readonly FitRow[],
  logits: Float32Array,
): { fitted: Fitted; notes: readonly string[] } {
  const fit: FittedCalibration = component.fit(columnsOf(rows, logits), params);
  const numbers = (list: unknown) => Array.isArray(list) && list.every((one) => Number.isFinite(one));
  const { parameters, notes = [] } = fit ?? {};
  if (typeof parameters !== 'object' || parameters === null || !Object.values(parameters).every(numbers))
    throw failed(component.name, 'its fit gives no lists of finite numbers by name');
  const scales = component.scales?.(parameters, params) ?? null;
  if (scales !== null && (scales.length !== LABELS.length || !scales.every((one) => one > 0 && Number.isFinite(one))))
    throw failed(component.name, `its scales are ${scales.join(', ')}: not ${LABELS.length} numbers above nought`);
  const patients = new Set(rows.map(({ group }) => group)).size;
  return { fitted: { slices: rows.length, patients, parameters, scales }, notes };
}

function columnsOf(rows: readonly FitRow[], logits: Float32Array): CalibrationInput {
  for (const { row, slice } of rows)
    for (let label = 0; label < LABELS.length; label++) {
      const logit = logits[row * LABELS.length + label];
      if (Number.isFinite(logit)) continue;
      throw new IchorError(
        'predictions-invalid',
        `The logit of ${LABELS[label]} of slice ${slice} is ${logit}: nothing can be fitted on it.`,
        'Where training diverged (its loss is NaN), lower the learning rate; else delete the predict artifact named in the run.',
      );
    }
  return {
    logits: LABELS.map((_, label) =>
      Float64Array.from(rows, ({ row }) => logits[row * LABELS.length + label] as number),
    ),
    labels: LABELS.map((label) => Uint8Array.from(rows, ({ labels }) => labels[label])),
  };
}

/** A component that does not keep what its kind promises. */
export const failed = (name: string, why: string): IchorError =>
  new IchorError(
    'component-failed',
    `The calibration ${name} cannot be used: ${why}.`,
    'Mend it; `testComponent` of ichor/testing says what its kind promises.',
  );
