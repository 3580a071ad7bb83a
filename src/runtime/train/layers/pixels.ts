import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { IchorError } from '../../../errors.ts';
import type { PixelMode } from '../../../registry/kinds/backbone.ts';
import type { TF } from '../../../registry/kinds/layers.ts';

export type Pixels = PixelMode;

/** ImageNet's means, blue green red, as Keras' `caffe` mode subtracts them (facts 4). */
const CAFFE_MEANS = [103.939, 116.779, 123.68];

/** ImageNet's means and deviations of 0..1, red green blue, as torchvision states them (facts 4). */
const TORCH_MEANS = [0.485, 0.456, 0.406];
const TORCH_DEVIATIONS = [0.229, 0.224, 0.225];

/** What maps weights for three channels to those of the recipe: `backbone.inputWeights`. */
export type InputWay = 'mean' | 'cycle' | null | undefined;

/**
 * How many channels a network is run with: its own count, or the recipe's where it takes any. One channel is repeated
 * for a network of three (design: shards hold the channels as written); another number of them stays what it is where
 * the recipe says how the weights are mapped.
 * @throws IchorError `channel-count` for any other pair.
 */
export function inputChannels(component: string, takes: number | 'any', given: number, way: InputWay = null): number {
  if (takes === 'any' || takes === given) return given;
  if (takes === 3 && given === 1) return 3;
  if (takes === 3 && way) return given;
  throw new IchorError(
    'channel-count',
    `The backbone ${component} takes ${takes} channels, and the recipe has ${given}.`,
    takes === 3
      ? 'Name three windows under channels, or one, which is then repeated. With weights of three channels: inputWeights: cycle or mean.'
      : `Name ${takes} windows under channels.`,
    2,
  );
}

/** One value a channel, mapped as the kernels are: red, green and blue in turn, or their mean for each. */
const mapped = (colours: readonly number[], channels: number, way: InputWay): number[] =>
  Array.from({ length: channels }, (_, channel) =>
    way === 'mean'
      ? colours.reduce((sum, one) => sum + one, 0) / colours.length
      : (colours[channel % colours.length] as number),
  );

/**
 * Bytes as floats `[batch, size, size, from]` in 0..255 -> the network's input `[batch, size, size, to]`:
 * `tf` x/127.5 - 1; `unit` x/255; `lite` (x - 127)/128, as EfficientNet-Lite has it; `caffe` channels reversed (RGB to
 * BGR) minus ImageNet's means, and `torch` x/255 minus its means, over its deviations: for three channels, and for
 * others with the means mapped as the kernels are (`way`); there the channels keep the recipe's order.
 * Numbers as Keras' preprocess_input gives them (facts 4).
 */
export function prepare(
  tf: TF,
  images: Tensor,
  pixels: Pixels,
  from: number,
  to: number,
  way: InputWay = null,
): Tensor {
  const x = from === 1 && to > 1 ? tf.tile(images, [1, 1, 1, to]) : images;
  switch (pixels) {
    case 'tf':
      return tf.sub(tf.div(x, 127.5), 1);
    case 'unit':
      return tf.div(x, 255);
    case 'lite':
      return tf.div(tf.sub(x, 127), 128);
    case 'torch':
      return tf.div(
        tf.sub(tf.div(x, 255), tf.tensor1d(mapped(TORCH_MEANS, to, way))),
        tf.tensor1d(mapped(TORCH_DEVIATIONS, to, way)),
      );
    case 'caffe': {
      if (to !== 3) return tf.sub(x, tf.tensor1d(mapped(CAFFE_MEANS.toReversed(), to, way)));
      // A repeated channel is the same in any order.
      return tf.sub(from === 1 ? x : tf.reverse(x as Tensor4D, 3), tf.tensor1d(CAFFE_MEANS));
    }
  }
}

/** Which channel of a network's input is red, green and blue. */
export const coloursOf = (pixels: Pixels): readonly [number, number, number] =>
  pixels === 'caffe' ? [2, 1, 0] : [0, 1, 2];

/** How bytes become the network's input, in words: for the recipe's explanation and the report. */
export const PIXEL_WORDS: Readonly<Record<Pixels, string>> = {
  tf: 'x / 127.5 - 1',
  unit: 'x / 255',
  lite: '(x - 127) / 128',
  torch: 'x / 255, minus ImageNet’s means (0.485, 0.456, 0.406), over its deviations (0.229, 0.224, 0.225)',
  caffe: 'blue, green, red, minus ImageNet’s means (103.939, 116.779, 123.68)',
};
