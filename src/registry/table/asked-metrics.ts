import { ANY, LABELS, type SliceLabels } from '../../labels.ts';
import type { MetricFigure, MetricInput, ScoredSeries } from '../kinds/metric.ts';
import type { ComponentValue, ResolvedRecipe } from '../recipe.ts';
import type { Registry } from '../registry.ts';

/** What a metric of a recipe gives. */
export interface AskedMetric {
  value: ComponentValue;
  /** Their values are of made-up slices; names, directions and what is counted are those of every evaluation. */
  figures: readonly MetricFigure[];
  /** It calls series or patients by the patient rule of the recipe. */
  readsRule: boolean;
}

/**
 * The metrics of a recipe's evaluation, asked with a handful of made-up slices, because names of figures follow from
 * parameters and the patient rule. Null where one cannot be asked: its plugin's code was not to run.
 */
export function askedMetrics(recipe: ResolvedRecipe, registry: Registry): readonly AskedMetric[] | null {
  const asked: AskedMetric[] = [];
  for (const value of recipe.evaluation.metrics) {
    const metric = registry.get('metric', value.type);
    if (metric === undefined || metric.schemaOnly) return null;
    const { patient, wasRead } = watched(recipe.evaluation.patient);
    try {
      const figures = metric.evaluate(madeUp(patient), value);
      asked.push({ value, figures, readsRule: wasRead() });
    } catch {
      // What fails on made-up slices may be right about real ones: nothing is known, and the run will tell.
      return null;
    }
  }
  return asked;
}

/** The rule as metrics know it, which remembers that it was asked how slices make a patient positive. */
function watched({ rule, slices, millimetres = null, threshold, truth }: MetricInput['patient']) {
  let read = false;
  const patient: MetricInput['patient'] = {
    get rule() {
      read = true;
      return rule;
    },
    get slices() {
      read = true;
      return slices;
    },
    get millimetres() {
      read = true;
      return millimetres;
    },
    threshold,
    truth,
  };
  return { patient, wasRead: () => read };
}

/** Two patients, a positive and a negative one, of four slices each. */
function madeUp(patient: MetricInput['patient']): MetricInput {
  const series = [1, 0].map((positive): ScoredSeries => {
    const labels = Object.fromEntries(LABELS.map((label) => [label, positive])) as unknown as SliceLabels;
    const id = `asked-${positive}`;
    const slices = Array.from({ length: 4 }, (_, i) => ({
      slice: `${id}-${i}`,
      series: id,
      patient: id,
      labels,
      probabilities: LABELS.map(() => 0.2 + 0.6 * positive),
    }));
    const positions = slices.map(({ probabilities }) => ({
      any: probabilities[ANY] ?? 0,
      truth: positive as 0 | 1,
      probabilities,
      labels,
    }));
    return { series: id, patient: id, slices, positions };
  });
  return { slices: series.flatMap((one) => one.slices), series, patient };
}
