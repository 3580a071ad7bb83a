import { defineAugmentation, Type } from '../../src/index.ts';

/** About the mean of each channel: Keras' RandomContrast. What leaves black or white is clipped. */
export const contrast = defineAugmentation({
  name: 'contrast',
  version: 1,
  summary: "Multiplies each channel's distance from its own mean by one factor for all channels, drawn uniformly.",
  params: Type.Object({
    most: Type.Number({
      default: 0.1,
      minimum: 0.001,
      maximum: 1,
      description: 'Furthest of the factor from 1, either way.',
    }),
  }),
  contract: () => ({ changes: 'pixels' }),
  pixels: {
    draw: ({ most }, random) => [random.between(-most, most)],
    apply(tf, images, drawn, applied) {
      // What is added rather than the product: an image that is not drawn comes out as the same bits.
      const change = tf.reshape(tf.mul(tf.reshape(drawn, [-1]), applied), [-1, 1, 1, 1]);
      const distance = tf.sub(images, tf.mean(images, [1, 2], true));
      return tf.clipByValue(tf.add(images, tf.mul(distance, change)), 0, 255);
    },
  },
});

export default contrast;
