import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { defineAugmentation, Type } from '../../src/index.ts';

const reachOf = (most: number): number => Math.max(1, Math.ceil(2.5 * most));

/** A Gaussian along rows and columns, cut off at 2.5 of the largest deviation; the edge is repeated beyond the image. */
export const blur = defineAugmentation({
  name: 'blur',
  version: 1,
  summary: 'Blurs with a Gaussian whose standard deviation is drawn uniformly; the edge is repeated beyond the image.',
  params: Type.Object({
    most: Type.Number({
      default: 1,
      minimum: 0.1,
      maximum: 5,
      unit: 'px',
      description: 'Largest standard deviation, in pixels of the image that the network sees.',
    }),
  }),
  contract: () => ({ changes: 'pixels' }),
  pixels: {
    // Weights of the centre and of each distance from it; all distances together and both sides make 1.
    draw({ most }, random) {
      const deviation = Math.max(1e-3, random.between(0, most));
      const weights = Array.from({ length: reachOf(most) + 1 }, (_, distance) =>
        Math.exp(-((distance / deviation) ** 2) / 2),
      );
      const sum = weights.reduce((total, weight, distance) => total + (distance === 0 ? weight : 2 * weight), 0);
      return weights.map((weight) => weight / sum);
    },
    apply(tf, images, drawn, applied, { most }) {
      const reach = reachOf(most);
      const weights = tf.split(drawn, reach + 1, 1).map((weight) => tf.reshape(weight, [-1, 1, 1, 1]));
      const along = (image: Tensor, axis: 1 | 2): Tensor => {
        const size = image.shape[axis] as number;
        const part = (from: number, length: number): Tensor => {
          const begin = [0, 0, 0, 0];
          const sides = [-1, -1, -1, -1];
          begin[axis] = from;
          sides[axis] = length;
          return tf.slice(
            image as Tensor4D,
            begin as [number, number, number, number],
            sides as [number, number, number, number],
          );
        };
        /** What lies `by` pixels further; the edge again and again beyond it. */
        const moved = (by: number): Tensor => {
          const steps = Math.min(Math.abs(by), size);
          const edge = Array.from({ length: steps }, () => part(by > 0 ? size - 1 : 0, 1));
          const rest = steps === size ? [] : [part(by > 0 ? steps : 0, size - steps)];
          return tf.concat(by > 0 ? [...rest, ...edge] : [...edge, ...rest], axis);
        };
        return weights.reduce<Tensor>(
          (sum, weight, by) =>
            by === 0 ? tf.mul(image, weight) : tf.add(sum, tf.mul(tf.add(moved(by), moved(-by)), weight)),
          image,
        );
      };
      const blurred = tf.clipByValue(along(along(images, 2), 1), 0, 255);
      return tf.where(tf.greater(tf.reshape(applied, [-1, 1, 1, 1]), 0.5), blurred, images);
    },
  },
});

export default blur;
