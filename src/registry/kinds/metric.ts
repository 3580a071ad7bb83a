import type { TObject } from 'typebox';
import type { Label, SliceLabels } from '../../labels.ts';
import type { SeriesPlaces } from '../../series-places.ts';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';

/** A slice with its prediction and its truth, in slice order within its series. */
export interface ScoredSlice {
  slice: string;
  series: string;
  patient: string;
  /** In the order of LABELS, double precision. */
  probabilities: readonly number[];
  labels: SliceLabels;
}

/** A series with its slices of one side. */
export interface ScoredSeries {
  series: string;
  patient: string;
  /** Its labelled slices of this side. */
  slices: readonly ScoredSlice[];
  /**
   * Every slice of the series in order, labelled or not: what counts as neighbours is decided among all of them
   * (facts 2.4). `any` is the predicted probability, `truth` the label, null where there is none; beside them those of
   * all six labels.
   */
  positions: readonly {
    any: number;
    truth: 0 | 1 | null;
    /** In the order of LABELS. */
    probabilities: readonly number[];
    labels: SliceLabels | null;
    /**
     * False: no labelled slice of this side, there as a neighbour only. Under a split of slices it may be one that was
     * trained on. Absent: it is.
     */
    judged?: boolean;
  }[];
  /** Where these positions lie: `patientRule` and `ruleScore` take it, so that no run crosses a hole. Absent: not known. */
  along?: SeriesPlaces;
}

/** What a metric looks at: one side of one model's predictions. Nothing of it may be changed. */
export interface MetricInput {
  /** The labelled slices of one side. */
  slices: readonly ScoredSlice[];
  /** The series that hold them. */
  series: readonly ScoredSeries[];
  /**
   * Series without any label, of patients who have labelled slices on this side: such a patient is positive where a labelled
   * series is, else nobody knows (`patientTruth`). Absent: there are none.
   */
  unlabelledSeries?: readonly ScoredSeries[];
  /** `evaluation.patient` of the recipe: how slices make a series positive (facts 2.4), and which truths are asked for. */
  patient: PatientRule & { truth: readonly ('same-rule' | 'any-slice')[] };
}

/** By what the slices of a series make it positive: so many above the threshold, neighbours or anywhere. */
export interface PatientRule {
  rule: 'consecutive' | 'count';
  slices: number;
  /** In the place of `slices`: a length of head in mm. Null, or absent: slices. */
  millimetres?: number | null;
  /** A slice is positive strictly above it. */
  threshold: number;
}

/**
 * Patients drawn with replacement, for intervals by patient: how often each was drawn, in the order of
 * `patientsOf(input)`. Whole numbers from 0.
 */
export type Times = Int32Array;

/** One figure. `value` is null where it is not defined (0/0, one class absent); counts say why. */
export interface MetricFigure {
  /** `patient-f1`, with what it names: `patient-f1 (truth: any-slice)`. */
  name: string;
  /** Finite, or null. */
  value: number | null;
  /** Which way is good: `checkpoint: { best: … }` goes by it. */
  better: 'lower' | 'higher';
  /** What is counted: few of it, and counts stand on pages in the place of the value. */
  unit: 'slice' | 'series' | 'patient';
  /** Of one label only. The figure over all of them has none. */
  label?: Label;
  /** By which reading of the labels a series or patient is positive. */
  truth?: 'same-rule' | 'any-slice';
  /** Its threshold was chosen on the very slices that it is about: stands beside the value wherever it is shown. */
  optimistic?: true;
  /** Counts of the metric's own unit. */
  counts: Readonly<Record<string, number>>;
}

/** Figures over predictions: see `defineMetric`. */
export interface Metric<P extends TObject = TObject> extends Base<P> {
  kind: 'metric';
  contract(params: Params<P>): {
    needs: readonly ('slices' | 'series' | 'patients')[];
    /**
     * True: its figures depend on the order of the scores of a label alone, as AUC does. A calibration keeps that order; the cross-fitted
     * scores of the validation side, which come from several fits, do not, so that such a metric is given those of before.
     */
    ranks?: boolean;
  };
  /** At least one figure, each with a name of its own; where there is no slice each value is null. */
  evaluate(input: MetricInput, params: Params<P>): MetricFigure[];
  /**
   * Optional, for fast intervals (`evaluation.bootstrap`): prepares once (an order of scores, sums by patient) and gives a
   * function for each figure of `evaluate`, in its order. It says the figure's value where every slice and series of a
   * patient counts as often as the patient was drawn: what `evaluate` says of an input in which they stand so often, as
   * patients of their own. Without it that input is built for each draw, which takes a hundred times as long and more.
   */
  resample?(input: MetricInput, params: Params<P>): readonly ((times: Times) => number | null)[];
}

/**
 * Defines a metric: figures over the labelled slices of one side, each with its counts; null where it is not defined.
 *
 * @example
 * ```ts
 * import { defineMetric, LABELS, Type } from 'ichor';
 *
 * export default defineMetric({
 *   name: 'acme/brier',
 *   version: 1,
 *   summary: 'Mean square of probability minus truth, of each label.',
 *   params: Type.Object({}),
 *   contract: () => ({ needs: ['slices'] }),
 *   evaluate: ({ slices }) =>
 *     LABELS.map((label, column) => {
 *       const squares = slices.map(({ probabilities, labels }) => (probabilities[column]! - labels[label]) ** 2);
 *       return {
 *         name: `acme/brier (${label})`,
 *         value: squares.length === 0 ? null : squares.reduce((sum, one) => sum + one, 0) / squares.length,
 *         better: 'lower',
 *         unit: 'slice',
 *         label,
 *         counts: { slices: slices.length },
 *       };
 *     }),
 * });
 * ```
 */
export const defineMetric = <P extends TObject>(c: Written<Metric<P>>) => definer('metric')(c) as Metric<P>;
