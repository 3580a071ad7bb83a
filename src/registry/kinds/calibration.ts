import type { TObject } from 'typebox';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';

/** Labelled slices as columns, one for each label, in the order of LABELS: their logits, and 1 where the label is there. */
export interface CalibrationInput {
  /** Finite, double precision. */
  logits: readonly Float64Array[];
  labels: readonly Uint8Array[];
}

/** What was fitted: finite numbers by name, nothing else, so that it can be kept as JSON. */
export type CalibrationParameters = Readonly<Record<string, readonly number[]>>;

export interface FittedCalibration {
  parameters: CalibrationParameters;
  /** What is doubtful about them, a sentence each: warnings of the run. */
  notes?: readonly string[];
}

/** How the scores of a network become probabilities that can be taken at their word: see `defineCalibration`. */
export interface Calibration<P extends TObject = TObject> extends Base<P> {
  kind: 'calibration';
  /**
   * `each-label`: something is fitted for each label by itself, so that each needs patients of its own; `together`: on all labels
   * at once.
   */
  contract(params: Params<P>): { fits: 'each-label' | 'together' };
  /** Fits on the slices of one side; each label that it fits by itself is there, and is not there, in some of them. Draws nothing. */
  fit(input: CalibrationInput, params: Params<P>): FittedCalibration;
  /**
   * The calibrated logit. A pure function that keeps the order of the logits of a label and the sign of each, so that what is
   * called at 0.5 and what goes by order (AUC) stays as it is; nought stays nought.
   * @param label its place in LABELS.
   */
  calibrate(logit: number, label: number, parameters: CalibrationParameters, params: Params<P>): number;
  /**
   * Where `calibrate` multiplies the logits of each label by a number: these six, above nought, in the order of LABELS. `ichor export`
   * writes them into the model; without it the run has no form as ONNX.
   */
  scales?(parameters: CalibrationParameters, params: Params<P>): readonly number[];
}

/**
 * Defines a calibration: fitted on logits and labels of the validation side, applied to the logits of every slice.
 *
 * @example
 * ```ts
 * import { defineCalibration, LABELS, Type } from 'ichor';
 *
 * export default defineCalibration({
 *   name: 'acme/halved',
 *   version: 1,
 *   summary: 'Halves every logit, whatever the labels say.',
 *   params: Type.Object({}),
 *   contract: () => ({ fits: 'together' }),
 *   fit: () => ({ parameters: { scale: [0.5] } }),
 *   calibrate: (logit, _label, { scale = [] }) => logit * scale[0]!,
 *   scales: ({ scale = [] }) => LABELS.map(() => scale[0]!),
 * });
 * ```
 */
export const defineCalibration = <P extends TObject>(c: Written<Calibration<P>>) =>
  definer('calibration')(c) as Calibration<P>;
