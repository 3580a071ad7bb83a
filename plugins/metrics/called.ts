import {
  type MetricFigure,
  type MetricInput,
  patientRule,
  patientTruth,
  type ScoredSeries,
  seriesTruth,
  type Times,
} from '../../src/index.ts';
import { placesOf, truthUnknown } from './groups.ts';
import type { Resampled } from './resampled.ts';
import { type RuleParams, ruleName, ruleOf } from './rule.ts';

export type Truth = MetricInput['patient']['truth'][number];

/** A series or a patient as called by the rule, and what its labels say by both readings of the truth. */
export interface Called {
  patient: string;
  call: boolean;
  /** Null where slices without a label leave it open. */
  truth: Record<Truth, boolean | null>;
  /** Shorter than the rule takes, or in parts that are: can never be called, nor be true by the same rule. */
  short: boolean;
  /** Some of its slices have no label. */
  partlyLabelled: boolean;
}

export function callSeries(
  series: ScoredSeries,
  rule: MetricInput['patient'],
  { slices = 'whole-series' }: RuleParams = {},
): Called {
  const { positions, along } = series;
  // What does not count keeps its place, so that neighbours stay neighbours, and is blood by no prediction and no label.
  const counts = (position: (typeof positions)[number]) => slices === 'whole-series' || position.judged !== false;
  const truths = positions.map((position) => (counts(position) ? position.truth : 0));
  const byLabels = { ...rule, threshold: 0.5 };
  return {
    patient: series.patient,
    call: patientRule(
      positions.map((position) => (counts(position) ? position.any : 0)),
      rule,
      along,
    ).call,
    truth: {
      'same-rule': seriesTruth(truths, 'same-rule', rule, along),
      'any-slice': seriesTruth(truths, 'any-slice', rule, along),
    },
    // Whether it would be called if all of it were positive.
    short: !patientRule(
      positions.map((position) => (counts(position) ? 1 : 0)),
      byLabels,
      along,
    ).call,
    partlyLabelled: truths.includes(null),
  };
}

/** A patient is what any of its series is (facts 1.6 row 16), also of those without a label; short only when all of them are. */
export function callPatients(
  { series, unlabelledSeries = [] }: Pick<MetricInput, 'series' | 'unlabelledSeries'>,
  rule: MetricInput['patient'],
  params: RuleParams = {},
): Called[] {
  const patients = new Map<string, Called>();
  // Where only judged slices count, a series without one is not there.
  const all = params.slices === 'judged' ? series : [...series, ...unlabelledSeries];
  for (const one of all) {
    const called = callSeries(one, rule, params);
    const before = patients.get(one.patient);
    patients.set(
      one.patient,
      before === undefined
        ? called
        : {
            patient: one.patient,
            call: before.call || called.call,
            truth: {
              'same-rule': patientTruth([before.truth['same-rule'], called.truth['same-rule']]),
              'any-slice': patientTruth([before.truth['any-slice'], called.truth['any-slice']]),
            },
            short: before.short && called.short,
            partlyLabelled: before.partlyLabelled || called.partlyLabelled,
          },
    );
  }
  return [...patients.values()];
}

/** Calls against the truth. */
export interface Confusion {
  tp: number;
  fp: number;
  fn: number;
  tn: number;
}

/** 2 TP / (2 TP + FP + FN); 0/0 is null. */
export const f1Of = ({ tp, fp, fn }: Omit<Confusion, 'tn'>): number | null =>
  2 * tp + fp + fn === 0 ? null : (2 * tp) / (2 * tp + fp + fn);

/** Pooled F1 of series or patients, one figure a truth; 0/0 is null, with the counts. */
export function f1Figures(unit: 'series' | 'patient', input: MetricInput, params: RuleParams): Resampled[] {
  const rule = ruleOf(input, params);
  const called =
    unit === 'patient' ? callPatients(input, rule, params) : input.series.map((one) => callSeries(one, rule, params));
  const { patients: places } = placesOf(called);
  return rule.truth.map((truth) => {
    const where = (call: boolean, positive: boolean) =>
      Int32Array.from(
        called.flatMap((one, i) => (one.call === call && one.truth[truth] === positive ? [places[i]!] : [])),
      );
    const [tp, fp, fn, tn] = [where(true, true), where(true, false), where(false, true), where(false, false)];
    const drawn = (times: Times, of: Int32Array) => of.reduce((sum, place) => sum + times[place]!, 0);
    const figure: MetricFigure = {
      name: `${unit}-f1 (${ruleName(params)}truth: ${truth})`,
      value: f1Of({ tp: tp.length, fp: fp.length, fn: fn.length }),
      better: 'higher',
      unit,
      truth,
      counts: callCounts(called, truth, { tp: tp.length, fp: fp.length, fn: fn.length, tn: tn.length }),
    };
    return { figure, at: (times) => f1Of({ tp: drawn(times, tp), fp: drawn(times, fp), fn: drawn(times, fn) }) };
  });
}

export function callCounts(
  called: readonly Called[],
  truth: Truth,
  { tp, fp, fn, tn }: Confusion,
): MetricFigure['counts'] {
  return {
    positives: tp + fn,
    negatives: fp + tn,
    tp,
    fp,
    fn,
    tn,
    short: called.filter((one) => one.short).length,
    partlyLabelled: called.filter((one) => one.partlyLabelled).length,
    ...truthUnknown(called.filter((one) => one.truth[truth] === null).length),
  };
}
