import { defineAugmentation, Type } from '../../src/index.ts';

/** Zhong et al. 2017 (arXiv 1708.04896), with one grey level. */
export const erasing = defineAugmentation({
  name: 'erasing',
  version: 1,
  summary: 'Paints over one rectangle in all channels, of an area, a form and a place drawn at random.',
  params: Type.Object({
    smallest: Type.Number({
      default: 0.02,
      minimum: 0.0001,
      maximum: 1,
      description: "Least area, as a share of the image's.",
    }),
    largest: Type.Number({
      default: 0.2,
      minimum: 0.0001,
      maximum: 1,
      description: "Largest area, as a share of the image's; no less than the least.",
    }),
    grey: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 255,
      description: 'Grey level of what is painted, 0 is black.',
    }),
  }),
  contradiction: ({ smallest, largest }) =>
    smallest <= largest
      ? null
      : {
          param: 'smallest',
          says: `the least area, ${smallest}, is above the largest, ${largest}.`,
          instead: `smallest: ${largest}, largest: ${smallest}`,
        },
  contract: () => ({ changes: 'pixels' }),
  pixels: {
    // Sides of the rectangle and its top left corner, as shares of the image's.
    draw({ smallest, largest }, random) {
      const area = random.between(smallest, largest);
      // From a third to three, evenly on a logarithmic scale.
      const form = Math.exp(random.between(-Math.log(3), Math.log(3)));
      const width = Math.min(1, Math.sqrt(area * form));
      const height = Math.min(1, Math.sqrt(area / form));
      return [width, height, random.uniform() * (1 - width), random.uniform() * (1 - height)];
    },
    apply(tf, images, drawn, applied, { grey }) {
      const [, size = 1] = images.shape;
      const centres = tf.div(tf.add(tf.range(0, size), 0.5), size);
      const [width, height, left, top] = tf.split(drawn, 4, 1);
      const between = (low: typeof drawn, length: typeof drawn) =>
        tf.mul(
          tf.cast(tf.greaterEqual(centres, low), 'float32'),
          tf.cast(tf.less(centres, tf.add(low, length)), 'float32'),
        );
      const columns = tf.reshape(between(left as typeof drawn, width as typeof drawn), [-1, 1, size, 1]);
      const rows = tf.reshape(between(top as typeof drawn, height as typeof drawn), [-1, size, 1, 1]);
      const painted = tf.mul(tf.mul(rows, columns), tf.reshape(applied, [-1, 1, 1, 1]));
      return tf.add(tf.mul(images, tf.sub(1, painted)), tf.mul(painted, grey));
    },
  },
});

export default erasing;
