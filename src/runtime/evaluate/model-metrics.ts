import { IchorError } from '../../errors.ts';
import { LABELS, type Label, type SliceLabels } from '../../labels.ts';
import type { MetricFigure, ScoredSlice } from '../../registry/kinds/metric.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { isBaselineFigure } from '../../registry/table/is-baseline-figure.ts';
import type { Baseline } from '../../registry/table/language.ts';
import type { ModelMetrics, ModelName, Prevalence, SideMetrics } from '../artifacts/metrics.ts';
import { calibrationLosses } from './calibration-losses.ts';
import { intervalsOf } from './intervals.ts';
import { metricOf } from './metric-of.ts';
import { countSides, inputOf, type JoinedSlice, type SideInput, sideInput } from './scored.ts';

/** In the order in which they are shown: what is judged first is the headline. */
const SIDES: readonly Side[] = ['held-out', 'validation', 'train', 'test'];

/**
 * Runs every metric of the recipe. Throws `unknown-component` for a name that the registry lacks, and `component-failed` where
 * two figures have one name: `check` asks without a slice, and a metric may name its figures by what it sees.
 */
export function figuresOf(input: SideInput, recipe: ResolvedRecipe, registry: Registry): MetricFigure[] {
  const givenBy = new Map<string, string>();
  return recipe.evaluation.metrics.flatMap((value) => {
    const metric = metricOf(registry, value);
    const figures = metric.evaluate(inputOf(input, metric, value), value);
    for (const { name } of figures) {
      const other = givenBy.get(name);
      if (other !== undefined) throw namedTwice(name, other, value.type);
      givenBy.set(name, value.type);
    }
    return figures;
  });
}

const namedTwice = (figure: string, one: string, other: string) =>
  new IchorError(
    'metric-figures',
    `Two figures are named ${figure}: one of the metric ${one}, one of ${other}.`,
    'Each figure needs a name of its own: remove one of the two metrics from evaluation.metrics.',
  );

export interface ModelMetricsOptions {
  tick?: (done: number, total: number) => Promise<void>;
  /** The labels that the truth knows; what stands for the others means nothing. */
  known?: readonly Label[];
  /** The shares of labels that the constant predictor gives, where no slice is of a training side. */
  constant?: readonly number[] | null;
}

/**
 * Figures that stay what they are whatever the labels that are not known may be: those of metrics that do not count them.
 * Asked with all of these at 0 and at 1, so that a metric of whatever plugin need not say which labels it counts.
 */
function knownFigures(
  input: SideInput,
  known: readonly Label[],
  recipe: ResolvedRecipe,
  registry: Registry,
): ReadonlySet<string> | null {
  if (known.length === LABELS.length) return null;
  const filled = (value: 0 | 1, { byRank, ...input }: SideInput): SideInput => {
    const labels = (of: SliceLabels): SliceLabels =>
      Object.fromEntries(LABELS.map((label) => [label, known.includes(label) ? of[label] : value])) as SliceLabels;
    const slices = new Map(input.slices.map((slice) => [slice, { ...slice, labels: labels(slice.labels) }]));
    return {
      ...input,
      ...(byRank === undefined ? {} : { byRank: filled(value, byRank) }),
      slices: [...slices.values()],
      series: input.series.map((series) => ({
        ...series,
        slices: series.slices.map((slice) => slices.get(slice) ?? slice),
        positions: series.positions.map((one) => {
          const own = one.labels ? labels(one.labels) : null;
          return { ...one, labels: own, truth: own?.any ?? null };
        }),
      })),
    };
  };
  const [low, high] = [0, 1].map((value) => figuresOf(filled(value as 0 | 1, input), recipe, registry)) as [
    MetricFigure[],
    MetricFigure[],
  ];
  const others = new Map(high.map((figure) => [figure.name, JSON.stringify(figure)]));
  return new Set(low.flatMap((figure) => (others.get(figure.name) === JSON.stringify(figure) ? [figure.name] : [])));
}

/**
 * A model on every side that has labels, with the predictors that look at no picture beside it. `tick` is awaited between
 * the draws of intervals.
 */
export async function modelMetrics(
  model: ModelName,
  series: readonly (readonly JoinedSlice[])[],
  recipe: ResolvedRecipe,
  registry: Registry,
  { tick = async () => {}, known = LABELS, constant: learned = null }: ModelMetricsOptions = {},
): Promise<ModelMetrics> {
  const block = recipe[model];
  const rule = recipe.evaluation.patient;
  const train = sideInput(series, 'train', rule).slices;
  const constant = train.length > 0 ? LABELS.map((label) => prevalence(train, label).share) : learned;
  const sides: SideMetrics[] = [];
  for (const side of SIDES) {
    const input = sideInput(series, side, rule);
    if (input.slices.length === 0) continue;
    const names = knownFigures(input, known, recipe, registry);
    const isKnown = ({ name }: { name: string }) => names === null || names.has(name);
    const baseline = (score: readonly number[], predictor: Baseline) =>
      figuresOf(sideInput(series, side, rule, score), recipe, registry).filter(
        (figure) => isBaselineFigure(predictor, figure) && isKnown(figure),
      );
    const drawn = side === 'train' ? null : await intervalsOf(input, recipe, registry, tick);
    const intervals = drawn && Object.fromEntries(Object.entries(drawn).filter(([name]) => isKnown({ name })));
    sides.push({
      side,
      labelled: countSides(input.slices),
      interpolated: series
        .flat()
        .filter((row) => row.side === side && row.labels !== null && row.how === 'interpolated').length,
      prevalence: Object.fromEntries(known.map((label) => [label, prevalence(input.slices, label)])),
      figures: figuresOf(input, recipe, registry).filter(isKnown),
      ...(intervals === null ? {} : { intervals }),
      ...calibrationLosses(series.flat(), side, known),
      baselines: {
        constant: constant && baseline(constant, 'constant'),
        allPositive: baseline(
          LABELS.map(() => 1),
          'all-positive',
        ),
      },
    });
  }
  return { model, component: block === 'none' ? 'none' : block.type, sides };
}

function prevalence(slices: readonly ScoredSlice[], label: Label): Prevalence {
  const positives = slices.filter((slice) => slice.labels[label] === 1).length;
  return { positives, share: positives / slices.length };
}
