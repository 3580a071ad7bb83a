import { describe, expect, it } from 'vitest';
import { engines } from '../../engine.ts';

describe.each(await engines())('relu on $kind', ({ engine, values }) => {
  const { tf, ops } = engine;

  it('passes what is above zero, and its gradient', () => {
    const [y, dx] = values(() => {
      const x = tf.tensor2d([[-2, -0.5, 0], [0, 0.25, 3]]); // biome-ignore format: one line
      return [ops.relu(x), tf.grad((x) => ops.relu(x))(x, tf.tensor2d([[1, 2, 3], [4, 5, 6]]))]; // biome-ignore format: one line
    });
    expect(y).toEqual([0, 0, 0, 0, 0.25, 3]);
    // at zero the slope is 0, as in TensorFlow
    expect(dx).toEqual([0, 0, 0, 0, 5, 6]);
  });

  it('passes what is above zero and up to six, and its gradient', () => {
    const [y, dx] = values(() => {
      const x = tf.tensor2d([[-2, 0, 0.5], [5.5, 6, 7]]); // biome-ignore format: one line
      return [ops.relu6(x), tf.grad((x) => ops.relu6(x))(x, tf.tensor2d([[1, 2, 3], [4, 5, 6]]))]; // biome-ignore format: one line
    });
    expect(y).toEqual([0, 0, 0.5, 5.5, 6, 6]);
    // at zero and at six the slope is 0, as in TensorFlow
    expect(dx).toEqual([0, 0, 3, 4, 0, 0]);
  });
});
