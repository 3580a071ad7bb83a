import { defineAugmentation, Type } from '../../src/index.ts';

/** Grey levels of all channels by one amount: Keras' RandomBrightness. What leaves black or white is clipped. */
export const brightness = defineAugmentation({
  name: 'brightness',
  version: 1,
  summary: 'Makes the whole image brighter or darker, by one amount for all channels, drawn uniformly.',
  params: Type.Object({
    most: Type.Number({
      default: 0.1,
      minimum: 0.001,
      maximum: 1,
      description: 'Largest change either way, as a share of the range from black to white.',
    }),
  }),
  contract: () => ({ changes: 'pixels' }),
  pixels: {
    draw: ({ most }, random) => [random.between(-most, most) * 255],
    apply(tf, images, drawn, applied) {
      const added = tf.reshape(tf.mul(tf.reshape(drawn, [-1]), applied), [-1, 1, 1, 1]);
      return tf.clipByValue(tf.add(images, added), 0, 255);
    },
  },
});

export default brightness;
