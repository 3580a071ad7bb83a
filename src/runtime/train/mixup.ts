import type { Tensor } from '@tensorflow/tfjs';
import { type Random, stream } from '../../random.ts';
import type { TF } from '../../registry/kinds/layers.ts';
import type { HostTensors, Tensors } from '../engine/engine.ts';
import type { Augmentations } from './augment.ts';
import { need } from './names.ts';

/** What a batch is mixed by: the place of each item's partner, int32 `[items]`, and what of itself each keeps, `[]`. */
const PARTNERS = 'mixup/partners';
const KEPT = 'mixup/kept';

/** Pictures and labels of a training batch, mixed in pairs. */
export interface Mixed extends Augmentations {
  /** `[items, 6]` of the batch -> the same, mixed as its pictures are. */
  labels(tf: TF, batch: Tensors): Tensor;
}

/**
 * mixup behind augmentations (Zhang et al. 2018; definition: Keras, MixUp): of each batch ONE share, drawn from
 * Beta(alpha, alpha), and one order; an item becomes share x itself + (1 - share) x the item at its place in that order, its
 * labels too. The order may leave an item where it is. Drawn from the stream of the epoch and of the batch's first slice.
 */
export function withMixup(augment: Augmentations, { alpha, seed }: { alpha: number; seed: number }): Mixed {
  const mix = (tf: TF, values: Tensor, batch: Tensors): Tensor => {
    const kept = need(batch, KEPT);
    const partners = tf.gather(values, need(batch, PARTNERS) as never);
    return tf.add(tf.mul(values, kept), tf.mul(partners, tf.sub(1, kept)));
  };
  return {
    draw(slices, epoch, turns) {
      const first: readonly (string | number)[] = [slices[0] ?? '', ...(turns?.[0] ? [turns[0]] : [])];
      const random = stream(seed, 'mixup', epoch, ...first);
      const partners = Int32Array.from(random.shuffle(slices.map((_, place) => place)));
      const drawn: HostTensors = {
        [PARTNERS]: { shape: [slices.length], dtype: 'int32', data: partners },
        [KEPT]: { shape: [], dtype: 'float32', data: Float32Array.of(beta(random, alpha)) },
      };
      return { ...augment.draw(slices, epoch, turns), ...drawn };
    },
    apply: (engine, images, batch) => mix(engine.tf, augment.apply(engine, images, batch), batch),
    labels: (tf, batch) => mix(tf, need(batch, 'labels'), batch),
  };
}

/** Of Beta(alpha, alpha), from 0 to 1: the share of one of two gamma variables of their sum, by their logarithms, which do not vanish. */
export function beta(random: Random, alpha: number): number {
  const [a, b] = [logGamma(random, alpha), logGamma(random, alpha)];
  return 1 / (1 + Math.exp(b - a));
}

/**
 * The logarithm of a variable of Gamma(alpha, 1): Marsaglia and Tsang 2000 for alpha + 1, and from there down by a uniform one
 * to the power of 1 / alpha.
 */
function logGamma(random: Random, alpha: number): number {
  const d = alpha + 2 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    // From ]0, 1]: the logarithm of 0 is no number.
    const u = 1 - random.uniform();
    if (v <= 0 || Math.log(u) >= 0.5 * x * x + d * (1 - v + Math.log(v))) continue;
    return Math.log(d * v) + Math.log(1 - random.uniform()) / alpha;
  }
}
