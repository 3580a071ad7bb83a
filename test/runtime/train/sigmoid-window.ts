import { defineWindow, type Layers, Type } from '../../../src/index.ts';

/** A window with a learned part, of the test's own: sigmoid(steepness e^ratio (x - start - shift)) of a stored grey. */
export const sigmoidWindow = defineWindow({
  name: 'test/sigmoid',
  version: 1,
  summary: 'Stores 0 to 255 HU and learns a sigmoid over them.',
  params: Type.Object({
    start: Type.Number({ default: 0.5, minimum: 0, maximum: 1, description: 'Where the sigmoid is a half, at first.' }),
    steepness: Type.Number({ default: 8, minimum: 0.1, maximum: 100, description: 'Its slope there, times four.' }),
  }),
  contract: () => ({}),
  scale: (hu) => Math.min(1, Math.max(0, hu / 255)),
  layer: <T>(layers: Layers<T>, channel: T, params: { start: number; steepness: number }): T =>
    layers.custom('edge', [channel], {
      weights: {
        shift: { shape: [1], initializer: 'zeros', trainable: true },
        ratio: { shape: [1], initializer: 'zeros', trainable: true },
      },
      shape: ([x]) => x!,
      multiplyAdds: ([x]) => x![1]! * x![2]!,
      apply: (tf, [x], { shift, ratio }) =>
        tf.sigmoid(tf.mul(tf.sub(x!, tf.add(shift!, params.start)), tf.mul(tf.exp(ratio!), params.steepness))),
    }),
});
