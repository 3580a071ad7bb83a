import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../registry/kinds/layers.ts';
import type { Chosen } from './components.ts';

/** The loss of each item, labels reduced as the recipe says: `[items]`. */
export function itemLosses(tf: TF, loss: Chosen<'loss'>, logits: Tensor, labels: Tensor): Tensor {
  const cells = loss.component.cells(tf, logits, labels, loss.params);
  return loss.params.reduction === 'mean-over-labels' ? tf.mean(cells, 1) : tf.sum(cells, 1);
}

/**
 * The mean over the items that count: sum(loss x weight) / sum(weight) over the whole batch, not a mean of each
 * series' mean (facts 5.3). 0 where nothing counts.
 */
export function maskedMean(tf: TF, losses: Tensor, weights: Tensor): Tensor {
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.maximum(tf.sum(weights), 1));
}
