import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { IchorError } from '../../../errors.ts';
import type { Backbone } from '../../../registry/kinds/backbone.ts';
import type { TF } from '../../../registry/kinds/layers.ts';

export type Pixels = ReturnType<Backbone['contract']>['pixels'];

/** ImageNet's means, blue green red, as Keras' `caffe` mode subtracts them (facts 4). */
const CAFFE_MEANS = [103.939, 116.779, 123.68];

/**
 * How many channels a network is run with: its own count, or the recipe's where it takes any. One channel is repeated
 * for a network of three (design: shards hold the channels as written).
 * @throws IchorError `channel-count` for any other pair.
 */
export function inputChannels(component: string, takes: number | 'any', given: number): number {
  if (takes === 'any' || takes === given) return given;
  if (takes === 3 && given === 1) return 3;
  throw new IchorError(
    'channel-count',
    `The backbone ${component} takes ${takes} channels, and the recipe has ${given}.`,
    takes === 3
      ? 'Name three windows under channels, or one, which is then repeated.'
      : `Name ${takes} windows under channels.`,
    2,
  );
}

/**
 * Bytes as floats `[batch, size, size, from]` in 0..255 -> the network's input `[batch, size, size, to]`:
 * `tf` x/127.5 - 1; `unit` x/255; `caffe` channels reversed (RGB to BGR) minus ImageNet's means, three channels only.
 * Numbers as Keras' preprocess_input gives them (facts 4).
 */
export function prepare(tf: TF, images: Tensor, pixels: Pixels, from: number, to: number): Tensor {
  const x = from === 1 && to > 1 ? tf.tile(images, [1, 1, 1, to]) : images;
  switch (pixels) {
    case 'tf':
      return tf.sub(tf.div(x, 127.5), 1);
    case 'unit':
      return tf.div(x, 255);
    case 'caffe':
      // A repeated channel is the same in any order.
      return tf.sub(from === 1 ? x : tf.reverse(x as Tensor4D, 3), tf.tensor1d(CAFFE_MEANS));
  }
}
