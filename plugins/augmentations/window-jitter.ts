import { defineAugmentation, Type } from '../../src/index.ts';

/**
 * Another level and another width of the windows, as shares of each channel's own width: one draw for all channels, as if
 * the calibration of a scanner were another. It needs the HU beyond the window, so windows with a `margin`.
 *
 * With the drawn `l` and `w` the network sees from `level + (l - (1 + w) / 2) width` to `level + (l + (1 + w) / 2) width`, at
 * the greys of the stored byte: exactly another window but for rounding, and for the clip, which is after the resizing.
 */
export default defineAugmentation({
  name: 'window-jitter',
  version: 1,
  summary:
    'Moves level and width of the windows, by shares of their width, drawn uniformly, one draw for all channels.',
  params: Type.Object({
    level: Type.Number({
      default: 0.1,
      minimum: 0,
      maximum: 1,
      description: 'Largest move of the level either way, as a share of the width: 0.1 is 8 HU of 80.',
    }),
    width: Type.Number({
      default: 0.2,
      minimum: 0,
      maximum: 0.9,
      description: 'Largest change of the width either way, as a share of it: 0.2 makes 80 HU 64 to 96.',
    }),
  }),
  contract: ({ level, width }) => ({ changes: 'pixels', beyondWindow: level + width / 2 }),
  pixels: {
    draw: ({ level, width }, random) => [random.between(-level, level), random.between(-width, width)],
    apply(tf, images, drawn, applied, _params, channels) {
      const [moved, stretched] = tf.split(tf.reshape(drawn, [-1, 1, 1, 2]), 2, 3);
      const middle = tf.tensor4d(
        channels.map(({ shown: [from, to] }) => (from + to) / 2),
        [1, 1, 1, channels.length],
      );
      const width = tf.tensor4d(
        channels.map(({ shown: [from, to] }) => to - from),
        [1, 1, 1, channels.length],
      );
      const greys = tf.sub(tf.sub(images, middle), tf.mul(moved!, width));
      const jittered = tf.clipByValue(tf.add(middle, tf.div(greys, tf.add(stretched!, 1))), 0, 255);
      return tf.where(tf.cast(tf.reshape(applied, [-1, 1, 1, 1]), 'bool'), jittered, images);
    },
  },
});
