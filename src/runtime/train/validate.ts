import { IchorError } from '../../errors.ts';
import { LABELS } from '../../labels.ts';
import type { MetricInput } from '../../registry/kinds/metric.ts';
import { bestMetric, type ResolvedRecipe, type TrainBlock } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { CompiledStep } from '../engine/engine.ts';
import { bySeries, type JoinedSlice, placedAt, sideInput } from '../evaluate/scored.ts';
import { type Chosen, choose } from './components.ts';
import { type Feed, targets } from './feed.ts';
import { floats } from './names.ts';
import { inSteps } from './order.ts';
import { prefetch } from './prefetch.ts';

/** A slice with its logits. */
export interface Scored {
  row: number;
  logits: Float32Array;
  /** False: it only stands beside others in its series (no label, or another side). */
  counts: boolean;
}

export interface Validated {
  loss: number;
  'mean-log-loss': number;
  scored: Scored[];
}

/** Sigmoid in double precision. */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** All of a side through the score step. Means are taken in double precision over the items that count. */
export async function validate(
  score: Pick<CompiledStep, 'run'>,
  feed: Feed,
  index: readonly SliceRow[],
  batch: number,
  advance: (items: number) => Promise<void>,
): Promise<Validated> {
  const scored: Scored[] = [];
  let [loss, count] = [0, 0];
  const steps = inSteps(
    Array.from({ length: feed.items }, (_, item) => item),
    batch,
  );
  const load = async (items: readonly number[]) => ({ ...(await feed.load(items, null)), items: items.length });
  for await (const { items, ...loaded } of prefetch(steps, load)) {
    const { labels } = targets(index, loaded);
    const outputs = await score.run({ ...loaded.tensors, labels });
    const [logits, losses] = [floats(outputs, 'logits'), floats(outputs, 'losses')];
    loaded.slices.forEach((row, item) => {
      if (row < 0) return;
      const counts = loaded.counts[item] === true;
      if (counts) {
        loss += losses[item] as number;
        count += 1;
      }
      scored.push({ row, counts, logits: logits.slice(item * LABELS.length, (item + 1) * LABELS.length) });
    });
    await advance(items);
  }
  return { loss: loss / count, 'mean-log-loss': meanLogLoss(index, scored), scored };
}

/** The plain mean over slices and six labels; probabilities clipped to 1e-15 from either end (facts 2.1). */
export function meanLogLoss(index: readonly SliceRow[], scored: readonly Scored[]): number {
  let [sum, cells] = [0, 0];
  for (const { row, logits, counts } of scored) {
    if (!counts) continue;
    LABELS.forEach((label, column) => {
      const p = Math.min(Math.max(sigmoid(logits[column] as number), 1e-15), 1 - 1e-15);
      sum -= index[row]?.labels?.[label] ? Math.log(p) : Math.log(1 - p);
      cells += 1;
    });
  }
  return sum / cells;
}

/** A metric that `checkpoint: { best: METRIC }` or `earlyStopping` names, as a figure of one epoch. */
export interface BestBy {
  name: string;
  evaluate(scored: readonly Scored[]): { value: number | null; better: 'lower' | 'higher' };
}

/** The metrics that a training asks on validation: which epoch is best, and when to stop; null: none, or the loss. */
export function askedOf(
  { checkpoint, earlyStopping }: Pick<TrainBlock, 'checkpoint' | 'earlyStopping'>,
  parts: { recipe: ResolvedRecipe; registry: Registry; index: readonly SliceRow[] },
): { bestBy: BestBy | null; stopBy: BestBy | null } {
  const best = bestMetric(checkpoint);
  const stop = earlyStopping?.metric ?? 'loss';
  return {
    bestBy: best === null ? null : bestBy(best, parts),
    stopBy: stop === 'loss' ? null : bestBy(stop, parts, 'earlyStopping goes by'),
  };
}

/** Throws IchorError `checkpoint-metric` where `evaluation.metrics` does not name it. */
export function bestBy(
  name: string,
  { recipe, registry, index }: { recipe: ResolvedRecipe; registry: Registry; index: readonly SliceRow[] },
  asks = 'checkpoint asks for',
): BestBy {
  const value = recipe.evaluation.metrics.find((metric) => metric.type === name);
  if (!value) {
    throw new IchorError(
      'checkpoint-metric',
      `${asks} the best ${name}, which is not among evaluation.metrics.`,
      `Add ${name} to evaluation.metrics, or name one of ${recipe.evaluation.metrics.map(({ type }) => type).join(', ')}.`,
      2,
    );
  }
  const metric: Chosen<'metric'> = choose(registry, 'metric', value);
  return {
    name,
    evaluate(scored) {
      const input = metricInput(index, scored, recipe.evaluation.patient);
      const figures = metric.component.evaluate(input, metric.params);
      // A metric with a figure for each label states the one over all of them without a label, or `any` last.
      const figure =
        figures.find(({ label }) => label === undefined) ?? figures.find(({ label }) => label === 'any') ?? figures[0];
      return { value: figure?.value ?? null, better: figure?.better ?? 'lower' };
    },
  };
}

function metricInput(
  index: readonly SliceRow[],
  scored: readonly Scored[],
  patient: MetricInput['patient'],
): MetricInput {
  const at = placedAt(index);
  const slices = [...scored]
    .sort((a, b) => a.row - b.row)
    .map(({ row, logits, counts }): JoinedSlice => {
      const { slice, series, patient: person, order, labels } = index[row] as SliceRow;
      const side = counts ? 'validation' : 'unlabelled';
      const probabilities = Array.from(logits, sigmoid);
      return {
        slice,
        series,
        patient: person,
        order,
        side,
        how: 'predicted',
        probabilities,
        labels,
        atMm: at[row] ?? null,
      };
    });
  return sideInput(bySeries(slices), 'validation', patient);
}
