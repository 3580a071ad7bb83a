import { defineAugmentation, seededNormal, Type } from '../../src/index.ts';

/** White noise: of a scanner's, which has a texture, it has the strength alone. */
export const noise = defineAugmentation({
  name: 'noise',
  version: 1,
  summary: 'Adds normal noise to each pixel of each channel, of a standard deviation drawn uniformly.',
  params: Type.Object({
    most: Type.Number({
      default: 0.05,
      minimum: 0.001,
      maximum: 1,
      description: 'Largest standard deviation, as a share of the range from black to white.',
    }),
  }),
  contract: () => ({ changes: 'pixels' }),
  pixels: {
    draw: ({ most }, random) => [random.uniform() * most * 255, random.uniform(), random.uniform()],
    apply(tf, images, drawn, applied) {
      const [deviation, ...seeds] = tf.split(drawn, 3, 1);
      const strength = tf.reshape(tf.mul(tf.reshape(deviation as typeof drawn, [-1]), applied), [-1, 1, 1, 1]);
      const normal = seededNormal(tf, tf.concat(seeds, 1), images.shape.slice(1));
      return tf.clipByValue(tf.add(images, tf.mul(normal, strength)), 0, 255);
    },
  },
});

export default noise;
