import { defineAugmentation, Type } from 'ichor';

/**
 * Mottle: noise as CT has it, correlated over neighbouring pixels. A grid of normal numbers is drawn in JavaScript for
 * each image, spread over it with bilinear interpolation, and added, the same in each channel. In grey levels of the
 * stored byte (0 to 255): in HU that is `sigma` times the window's width / 255, so 4 grey levels of a window of 80 HU are
 * 1.3 HU, and of one of 510 HU are 8 HU.
 */
export default defineAugmentation({
  name: 'example/mottle',
  version: 1,
  summary: 'Adds noise that is correlated over neighbouring pixels, as in CT of low dose.',
  params: Type.Object({
    sigma: Type.Number({
      default: 4,
      minimum: 0.1,
      maximum: 64,
      unit: 'grey levels',
      description: "Standard deviation at the grid's points; between them bilinear interpolation makes it smaller.",
    }),
    grain: Type.Integer({
      default: 16,
      minimum: 2,
      maximum: 64,
      description: 'Points of the grid along each side. At 64 px and 16 points a grain is about 4 px wide.',
    }),
  }),
  contract: () => ({ changes: 'pixels' }),
  pixels: {
    // As many numbers each time: what was drawn is a part of the batch.
    draw: ({ sigma, grain }, random) => Array.from({ length: grain * grain }, () => sigma * random.normal()),
    apply(tf, images, drawn, applied, { grain }) {
      const [batch, height, width] = images.shape;
      const grid = tf.mul(drawn, tf.reshape(applied, [batch, 1])).as4D(batch, grain, grain, 1);
      const noise = tf.image.resizeBilinear(grid, [height, width], true);
      return tf.clipByValue(tf.add(images, noise), 0, 255);
    },
  },
});
