import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../registry/kinds/layers.ts';
import type { TrainBlock } from '../../registry/recipe.ts';
import type { HostTensor, HostTensors, Step } from '../engine/engine.ts';
import type { LedgerNote } from '../ledger.ts';
import type { NetworkSpec } from './layers/spec.ts';
import { averageName, need, weightName } from './names.ts';
import { type NotedNetwork, networkTitle, trainPath } from './noted-network.ts';

/** A moving average of all weights, running averages of batch norm included. */
export type Average = Exclude<TrainBlock['ema'], 'none'>;

/** Share of the first update's weights that an average may still hold at the end. */
const MOST_KEPT = 0.05;

const MOMENTUM = 'momentum';

/**
 * The momentum of an update's average, as Keras' `use_ema` has it: 0 at the first, whose weights the average then is, `decay`
 * after it. With `warmUp` at most (1 + t) / (10 + t), t updates before it: TensorFlow's `ExponentialMovingAverage` with `num_updates`.
 * @param update 1 for the first.
 */
export function momentumAt({ decay, warmUp }: Average, update: number): number {
  const before = update - 1;
  if (before === 0) return 0;
  return warmUp ? Math.min(decay, (1 + before) / (10 + before)) : decay;
}

/** The averages at the start of a training: the weights that it starts from. */
export const startOfAverages = (weights: HostTensors): HostTensors =>
  Object.fromEntries(
    Object.entries(weights).map(([name, tensor]): [string, HostTensor] => [averageName(name), tensor]),
  );

/**
 * Moves the averages after an update. A step of its own: an optimizer's op writes weights where no tensor of the same step
 * sees them. State: `weights/<name>`, `averages/<name>`. Batch: `momentum` `[]`.
 */
export function averageStep(tf: TF, { weights }: Pick<NetworkSpec, 'weights'>): Step {
  return (state, batch) => {
    const momentum = need(batch, MOMENTUM);
    const next: Record<string, Tensor> = {};
    for (const { name } of weights) {
      const [average, weight] = [need(state, averageName(name)), need(state, weightName(name))];
      next[averageName(name)] = tf.tidy(() => tf.add(tf.mul(average, momentum), tf.mul(weight, tf.sub(1, momentum))));
    }
    return { state: next, outputs: {} };
  };
}

/** What `averageStep` is given. */
export const momentumInput = (momentum: number): HostTensors => ({
  [MOMENTUM]: { shape: [], dtype: 'float32', data: Float32Array.of(momentum) },
});

/** The note where the average still holds much of the first update's weights when the training ends. */
export function averageNote(network: NotedNetwork, ema: TrainBlock['ema'], updates: number): LedgerNote | null {
  if (ema === 'none' || network.smoke || updates < 1) return null;
  let kept = 1;
  for (let update = 2; update <= updates && kept > MOST_KEPT; update++) kept *= momentumAt(ema, update);
  if (!(kept > MOST_KEPT)) return null;
  const at = trainPath(network);
  const enough = Math.ceil(1 + Math.log(MOST_KEPT) / Math.log(ema.decay));
  return {
    item: network.id,
    what: 'network',
    reason: 'ema-too-slow',
    message: `The moving average of the weights of ${networkTitle(network)} (decay ${ema.decay}) is kept and validated, and after ${updates.toLocaleString('en-GB')} ${updates === 1 ? 'update' : 'updates'} ${Math.round(100 * kept)} % of it are the weights of the first one.`,
    kind: 'warning',
    hint: `${ema.warmUp ? '' : `Set ${at}.ema: { decay: ${ema.decay}, warmUp: true }, or lower its decay, or `}${ema.warmUp ? 'Train' : 'train'} for at least ${enough.toLocaleString('en-GB')} updates.`,
  };
}
