import { consecutiveRule, type MetricFigure, type MetricInput, type ScoredSeries } from '../../src/index.ts';

export type Truth = MetricInput['patient']['truth'][number];

/** A series or a patient as called by the rule, and what its labels say by both readings of the truth. */
export interface Called {
  call: boolean;
  truth: Record<Truth, boolean>;
  /** Fewer slices than the rule's run: can never be called, nor be true by the same rule. */
  short: boolean;
  /** Some of its slices have no label: its truth may be more than is known. */
  partlyLabelled: boolean;
}

export function callSeries(series: ScoredSeries, rule: MetricInput['patient']): Called {
  const truths = series.positions.map((position) => position.truth);
  return {
    call: consecutiveRule(
      series.positions.map((position) => position.any),
      rule,
    ).call,
    truth: {
      // A slice without a label breaks a run: what is not known is not counted as blood.
      'same-rule': consecutiveRule(
        truths.map((truth) => truth ?? 0),
        { slices: rule.slices, threshold: 0.5 },
      ).call,
      'any-slice': truths.includes(1),
    },
    short: series.positions.length < rule.slices,
    partlyLabelled: truths.includes(null),
  };
}

/** A patient is what any of its series is (facts 1.6 row 16); short only when all of them are. */
export function callPatients(series: readonly ScoredSeries[], rule: MetricInput['patient']): Called[] {
  const patients = new Map<string, Called>();
  for (const one of series) {
    const called = callSeries(one, rule);
    const before = patients.get(one.patient);
    patients.set(
      one.patient,
      before === undefined
        ? called
        : {
            call: before.call || called.call,
            truth: {
              'same-rule': before.truth['same-rule'] || called.truth['same-rule'],
              'any-slice': before.truth['any-slice'] || called.truth['any-slice'],
            },
            short: before.short && called.short,
            partlyLabelled: before.partlyLabelled || called.partlyLabelled,
          },
    );
  }
  return [...patients.values()];
}

/** Pooled F1 = 2 TP / (2 TP + FP + FN), one figure a truth; 0/0 is null, with the counts. */
export function f1Figures(
  name: string,
  unit: 'series' | 'patient',
  called: readonly Called[],
  truths: readonly Truth[],
): MetricFigure[] {
  return truths.map((truth) => {
    const count = (call: boolean, positive: boolean) =>
      called.filter((one) => one.call === call && one.truth[truth] === positive).length;
    const [tp, fp, fn, tn] = [count(true, true), count(true, false), count(false, true), count(false, false)];
    return {
      name: `${name} (truth: ${truth})`,
      value: 2 * tp + fp + fn === 0 ? null : (2 * tp) / (2 * tp + fp + fn),
      better: 'higher',
      unit,
      truth,
      counts: {
        positives: tp + fn,
        negatives: fp + tn,
        tp,
        fp,
        fn,
        tn,
        short: called.filter((one) => one.short).length,
        partlyLabelled: called.filter((one) => one.partlyLabelled).length,
      },
    };
  });
}
