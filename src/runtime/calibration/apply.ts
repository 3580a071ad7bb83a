import { LABELS } from '../../labels.ts';
import type { CalibrationParameters } from '../../registry/kinds/calibration.ts';
import type { Chosen } from '../train/components.ts';
import { failed } from './fit.ts';

const WIDTH = LABELS.length;

/** The parameters of each row: those of its fold, or of all of the validation side. */
export type ParametersOf = (row: number) => CalibrationParameters;

/**
 * The calibrated logits `[slices, 6]`, in double precision. Throws IchorError `component-failed` where the component changes a sign
 * or an order under one set of parameters: then figures that go by them would no longer be the network's.
 */
export function calibratedLogits(
  chosen: Chosen<'calibration'>,
  logits: Float32Array,
  parametersOf: ParametersOf,
): Float64Array {
  const { component, params } = chosen;
  const out = new Float64Array(logits.length);
  const bySet = new Map<CalibrationParameters, number[]>();
  for (let row = 0; row < logits.length / WIDTH; row++) {
    const own = parametersOf(row);
    const rows = bySet.get(own) ?? [];
    bySet.set(own, rows);
    rows.push(row);
    for (let label = 0; label < WIDTH; label++) {
      const cell = row * WIDTH + label;
      out[cell] = component.calibrate(logits[cell] as number, label, own, params);
    }
  }
  for (const rows of bySet.values())
    for (let label = 0; label < WIDTH; label++) assertKept(component.name, rows, label, logits, out);
  return out;
}

function assertKept(
  name: string,
  rows: readonly number[],
  label: number,
  logits: Float32Array,
  calibrated: Float64Array,
): void {
  const cells = rows.map((row) => row * WIDTH + label);
  const order = [...cells].sort((a, b) => (logits[a] as number) - (logits[b] as number));
  let before = Number.NEGATIVE_INFINITY;
  for (const cell of order) {
    const [logit, own] = [logits[cell] as number, calibrated[cell] as number];
    if (own >= before && Math.sign(own) === Math.sign(logit)) {
      before = own;
      continue;
    }
    throw failed(
      name,
      `it makes ${own} of the logit ${logit} of ${LABELS[label]}, which changes its ${Math.sign(own) === Math.sign(logit) ? 'order' : 'sign'}`,
    );
  }
}
