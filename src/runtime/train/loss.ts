import type { Tensor } from '@tensorflow/tfjs';
import { LABELS } from '../../labels.ts';
import type { TF } from '../../registry/kinds/layers.ts';
import type { Chosen } from './components.ts';

/** The loss of each item, labels smoothed, weighted and reduced as the recipe says: `[items]`. */
export function itemLosses(tf: TF, loss: Chosen<'loss'>, logits: Tensor, labels: Tensor): Tensor {
  const { reduction, labelSmoothing = 0, labelWeights = {} } = loss.params;
  const smoothed = labelSmoothing === 0 ? labels : tf.add(tf.mul(labels, 1 - labelSmoothing), labelSmoothing / 2);
  const cells = loss.component.cells(tf, logits, smoothed, loss.params);
  const weights = LABELS.map((label) => labelWeights[label] ?? 1);
  if (weights.every((weight) => weight === 1))
    return reduction === 'mean-over-labels' ? tf.mean(cells, 1) : tf.sum(cells, 1);
  const sum = tf.sum(tf.mul(cells, tf.tensor1d(weights)), 1);
  // A mean of as many labels as there are, by their weight.
  return reduction === 'mean-over-labels' ? tf.div(sum, Math.max(sumOf(weights), 1e-7)) : sum;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * The mean over the items that count: sum(loss x weight) / sum(weight) over the whole batch, not a mean of each
 * series' mean (facts 5.3). 0 where nothing counts.
 */
export const maskedMean = (tf: TF, losses: Tensor, weights: Tensor): Tensor =>
  tf.div(maskedSum(tf, losses, weights), tf.maximum(tf.sum(weights), 1));

/** The sum over the items that count. */
export const maskedSum = (tf: TF, losses: Tensor, weights: Tensor): Tensor => tf.sum(tf.mul(losses, weights));
