import { defineWindow, Type } from 'ichor';

/**
 * A window that learns where to look. A radiologist turns two knobs, level and width; here training turns them:
 *
 * 1. `scale` stores a wide range of HU in the byte of a pixel: -130 to 380 HU by default, so that a step of the byte is
 *    (380 - -130) / 255 = 2 HU. A wider range leaves more to learn from and makes the step coarser; grey and white
 *    matter are about 8 HU apart.
 * 2. `layer` turns the byte back into HU and through a soft window, sigmoid(4 (HU - level) / width): a half at `level`,
 *    and there as steep as a linear window of that width.
 *
 * Two numbers are learned, both 0 at first, so that training starts from the stated level and width and both move at
 * about the same pace under one learning rate: `shift`, by which the level moves in widths, and `stretch`, the logarithm
 * of the factor on the width. Learned level = level + width * shift; learned width = width * e^stretch.
 */
export default defineWindow({
  name: 'example/sigmoid',
  version: 1,
  summary: 'Stores a wide range of HU, and learns the level and width of a soft window over it.',
  params: Type.Object({
    level: Type.Number({
      default: 40,
      minimum: -1000,
      maximum: 3000,
      unit: 'HU',
      description: 'Where the level starts.',
    }),
    width: Type.Number({ default: 80, minimum: 1, maximum: 4000, unit: 'HU', description: 'Where the width starts.' }),
    lowest: Type.Number({
      default: -130,
      minimum: -1024,
      maximum: 0,
      unit: 'HU',
      description: 'What is stored as 0; all below it too. A step of the byte is (highest - lowest) / 255 HU.',
    }),
    highest: Type.Number({
      default: 380,
      minimum: 20,
      maximum: 3071,
      unit: 'HU',
      description: 'What is stored as 255; all above it too.',
    }),
  }),
  contract: ({ lowest, highest }) => ({ hu: [lowest, highest] }),
  scale: (hu, { lowest, highest }) => Math.min(1, Math.max(0, (hu - lowest) / (highest - lowest))),
  layer: (layers, channel, { level, width, lowest, highest }) =>
    layers.custom('sigmoid', [channel], {
      weights: {
        shift: { shape: [1], initializer: 'zeros', trainable: true },
        stretch: { shape: [1], initializer: 'zeros', trainable: true },
      },
      shape: ([image]) => image,
      // A handful of operations a pixel: next to a convolution, nothing. One is counted.
      multiplyAdds: ([[, height, across]]) => (height ?? 0) * (across ?? 0),
      apply(tf, [image], { shift, stretch }) {
        const hu = tf.add(tf.mul(image, highest - lowest), lowest);
        const offset = tf.sub(tf.div(tf.sub(hu, level), width), shift);
        return tf.sigmoid(tf.mul(offset, tf.mul(4, tf.exp(tf.neg(stretch)))));
      },
    }),
});
