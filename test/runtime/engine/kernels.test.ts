import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { describe, it } from 'vitest';
import { engineOf, type TestEngine } from '../../engine.ts';
import { expectClose, numbers } from './numbers.ts';

const wasm = (await engineOf('wasm')) as TestEngine;
const native = await engineOf('native');
const TOLERANCE = 2e-5;
type Margins = [[number, number], [number, number], [number, number], [number, number]];

/** Values and gradients of one function on both engines. `inputs` are the shapes of what it is differentiated by. */
function same(
  shapes: readonly (readonly number[])[],
  f: (tf: TestEngine['engine']['tf'], ...inputs: Tensor[]) => Tensor,
  tolerance = TOLERANCE,
) {
  const run = (on: TestEngine) =>
    on.values(() => {
      const { tf } = on.engine;
      const inputs = shapes.map((shape, i) => tf.tensor(numbers(size(shape), i + 1), [...shape]));
      const y = f(tf, ...inputs);
      const dy = tf.tensor(numbers(y.size, 99), y.shape);
      return [y, ...tf.grads((...values) => f(tf, ...values))(inputs, dy)];
    });
  const expected = run(native as TestEngine);
  run(wasm).forEach((values, i) => {
    expectClose(values, expected[i] as number[], tolerance);
  });
}

const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

describe.runIf(native)("WASM kernels against TensorFlow's: values and gradients", () => {
  const convolutions: [string, number[], number[], number | [number, number], 'same' | 'valid'][] = [
    ['3x3, same', [2, 9, 7, 3], [3, 3, 3, 5], 1, 'same'],
    ['3x3, valid', [2, 9, 7, 3], [3, 3, 3, 5], 1, 'valid'],
    ['3x3, stride 2, same, even', [2, 8, 8, 4], [3, 3, 4, 4], 2, 'same'],
    ['3x3, stride 2, same, odd', [3, 9, 7, 2], [3, 3, 2, 4], 2, 'same'],
    ['3x3, stride 2, valid, with unread edges', [2, 8, 10, 3], [3, 3, 3, 2], 2, 'valid'],
    ['7x7, stride 2, same', [1, 15, 16, 3], [7, 7, 3, 4], 2, 'same'],
    ['1x1', [2, 5, 5, 6], [1, 1, 6, 4], 1, 'same'],
    ['1x1, stride 2', [2, 6, 5, 6], [1, 1, 6, 4], 2, 'same'],
    ['1x7', [2, 6, 9, 3], [1, 7, 3, 4], 1, 'same'],
    ['7x1, strides 2 and 1', [2, 9, 6, 3], [7, 1, 3, 4], [2, 1], 'same'],
    ['2x2, stride 3', [2, 8, 8, 2], [2, 2, 2, 3], 3, 'valid'],
    ['filter as large as the image', [2, 4, 4, 2], [4, 4, 2, 3], 1, 'valid'],
  ];
  it.each(convolutions)('conv2d %s', (_name, image, filter, stride, padding) => {
    same([image, filter], (tf, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, stride, padding));
  });

  const depthwise: [string, number[], number[], number, 'same' | 'valid'][] = [
    ['3x3, same', [2, 9, 7, 5], [3, 3, 5, 1], 1, 'same'],
    ['3x3, stride 2, same, even', [2, 8, 8, 4], [3, 3, 4, 1], 2, 'same'],
    ['3x3, stride 2, same, odd', [3, 9, 7, 2], [3, 3, 2, 1], 2, 'same'],
    ['5x5, stride 2, same, even', [2, 8, 10, 3], [5, 5, 3, 1], 2, 'same'],
    ['3x3, stride 2, valid, with unread edges', [2, 8, 10, 3], [3, 3, 3, 1], 2, 'valid'],
    ['5x5, larger than the image', [2, 3, 2, 6], [5, 5, 6, 1], 1, 'same'],
  ];
  it.each(depthwise)('depthwiseConv2d %s', (_name, image, filter, stride, padding) => {
    same([image, filter], (tf, x, w) => tf.depthwiseConv2d(x as Tensor4D, w as Tensor4D, stride, padding));
  });

  it('conv2d with explicit padding, which tfjs-node cannot differentiate: as padding before it', () => {
    const [explicit, before] = [true, false].map((explicit) => {
      const on = explicit ? wasm : (native as TestEngine);
      return on.values(() => {
        const { tf } = on.engine;
        const margins: Margins = [[0, 0], [1, 0], [2, 1], [0, 0]]; // biome-ignore format: one line
        const f = (x: Tensor, w: Tensor) =>
          explicit
            ? tf.conv2d(x as Tensor4D, w as Tensor4D, 2, margins)
            : tf.conv2d(tf.pad(x as Tensor4D, margins), w as Tensor4D, 2, 'valid');
        const inputs = [tf.tensor(numbers(216, 1), [2, 6, 6, 3]), tf.tensor(numbers(108, 2), [3, 3, 3, 4])];
        const { value, grads } = tf.valueAndGrads((...all: Tensor[]) => f(all[0] as Tensor, all[1] as Tensor) as never)(
          inputs,
          tf.tensor(numbers(2 * 3 * 4 * 4, 3), [2, 3, 4, 4]) as never,
        );
        return [value, ...grads];
      });
    }) as [number[][], number[][]];
    explicit.forEach((values, i) => {
      expectClose(values, before[i] as number[], TOLERANCE);
    });
  });

  const pools: [string, number | [number, number], number, 'same' | 'valid'][] = [
    ['2x2', 2, 2, 'same'],
    ['2x2, odd image, valid', 2, 2, 'valid'],
    ['3x3, stride 2, overlapping', 3, 2, 'same'],
    ['3x3, stride 2, valid', 3, 2, 'valid'],
    ['3x2, stride 1', [3, 2], 1, 'same'],
  ];
  it.each(pools)('maxPool %s', (_name, window, stride, padding) => {
    same([[2, 9, 7, 5]], (tf, x) => tf.maxPool(x as Tensor4D, window, stride, padding));
  });
  it.each(pools)('maxPool %s, of images full of equal values', (_name, window, stride, padding) => {
    same([[2, 9, 7, 5]], (tf, x) => tf.maxPool(tf.relu(x) as Tensor4D, window, stride, padding));
  });
  it.each(pools)('avgPool %s', (_name, window, stride, padding) => {
    same([[2, 9, 7, 5]], (tf, x) => tf.avgPool(x as Tensor4D, window, stride, padding));
  });

  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('matMul, transposed: %s, %s', (first, second) => {
    same([first ? [6, 4] : [4, 6], second ? [5, 6] : [6, 5]], (tf, a, b) => tf.matMul(a, b, first, second));
    same([first ? [3, 6, 4] : [3, 4, 6], second ? [3, 5, 6] : [3, 6, 5]], (tf, a, b) => tf.matMul(a, b, first, second));
  });

  it.each([[[0]], [[1]], [[2]], [[0, 1]], [[1, 2]], [[0, 2]], [[0, 1, 2]], [[0, 1, 2, 3]]])(
    'sum and mean over %j',
    (axes) => {
      same([[3, 4, 5, 6]], (tf, x) => tf.sum(x, axes));
      same([[3, 4, 5, 6]], (tf, x) => tf.mean(x, axes, true));
    },
  );

  it('what a Bi-LSTM, dropout, a loss and Adam are made of', () => {
    same([[3, 4, 6]], (tf, x) => tf.transpose(x, [1, 0, 2]));
    same([[3, 4, 6], [3, 4, 2]], (tf, a, b) => tf.concat([a, b], 2)); // biome-ignore format: one line
    same([[4, 6], [6]], (tf, a, b) => tf.add(tf.mul(a, b), tf.sub(b, a))); // biome-ignore format: one line
    same([[4, 6]], (tf, x) => tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
    same([[4, 6]], (tf, x) => tf.sigmoid(x));
    same([[4, 6]], (tf, x) => tf.tanh(x));
    same([[4, 6], [4, 6]], (tf, a, b) => tf.div(a, tf.add(tf.sqrt(tf.square(b)), 0.5))); // biome-ignore format: one line
    same([[2, 5, 5, 3]], (tf, x) => tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]])); // biome-ignore format: one line
    same([[4, 6]], (tf, x) => tf.rsqrt(tf.add(tf.square(x), 1)));
    same([[7, 4]], (tf, x) => tf.softmax(x));
    same([[4, 6], [4, 6]], (tf, a, b) => tf.where(tf.greater(tf.tensor(numbers(24, 7), [4, 6]), 0), a, b)); // biome-ignore format: one line
    same([[4, 6]], (tf, x) => tf.clipByValue(x, -0.5, 0.5));
    same([[4, 6]], (tf, x) => tf.norm(x));
  });
});
