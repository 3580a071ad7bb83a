import { readFileSync } from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { engineOf, engines, type TestEngine } from '../../engine.ts';
import { expectClose, numbers, slopes } from './numbers.ts';

const keras = JSON.parse(readFileSync(new URL('../../fixtures/engine-batch-norm.json', import.meta.url), 'utf8')) as {
  x: number[][];
  output: number[][];
  moving_mean: number[];
  moving_variance: number[];
};

describe.each(await engines())('batch norm on $kind', ({ engine, use, values }) => {
  const { tf, ops } = engine;

  it("equals Keras' output and its running averages, which hold the population variance", () => {
    const [y, mean, variance] = values(() => {
      const batch = ops.batchNorm(tf.tensor2d(keras.x), tf.ones([2]), tf.zeros([2]), 1e-3);
      return [batch.y, batch.mean, batch.variance];
    }) as [number[], number[], number[]];
    expectClose(y, keras.output.flat(), 1e-6);
    // moving = 0.99 old + 0.01 batch, from 0 and 1
    expectClose(mean.map((value) => 0.01 * value), keras.moving_mean, 1e-6); // biome-ignore format: one line
    expectClose(variance.map((value) => 0.99 + 0.01 * value), keras.moving_variance, 1e-6); // biome-ignore format: one line
  });

  it.each([[[6, 3]], [[2, 4, 3, 5]], [[2, 3, 3, 8]], [[3, 2, 2, 2, 6]]])(
    'has the gradients that finite differences give, shape %j',
    (shape) => {
      const size = shape.reduce((product, n) => product * n, 1);
      const channels = shape.at(-1) as number;
      const given = [numbers(size, 1), numbers(channels, 2), numbers(channels, 3)] as const;
      const weights = numbers(size, 4);
      const loss = (x: Float32Array, gamma: Float32Array, beta: Float32Array) => {
        // In double precision, so that a small step can be taken.
        const means = channelMeans(x, channels);
        const squares = channelMeans(Float64Array.from(x, (value, i) => (value - (means[i % channels] as number)) ** 2), channels); // biome-ignore format: one line
        return x.reduce((sum, value, i) => {
          const c = i % channels;
          const normal = (value - (means[c] as number)) / Math.sqrt((squares[c] as number) + 1e-3);
          return sum + (weights[i] as number) * (normal * (gamma[c] as number) + (beta[c] as number));
        }, 0);
      };
      const found = values(() => {
        const f = (x: Tensor, gamma: Tensor, beta: Tensor) =>
          tf.sum(tf.mul(ops.batchNorm(x, gamma, beta, 1e-3).y, tf.tensor(weights, shape)));
        return tf.grads(f as (...inputs: Tensor[]) => Tensor)([
          tf.tensor(given[0], shape),
          tf.tensor(given[1]),
          tf.tensor(given[2]),
        ]);
      });
      expectClose(
        found[0] as number[],
        slopes((x) => loss(x, given[1], given[2]), given[0], 1e-3),
        2e-4,
      );
      expectClose(
        found[1] as number[],
        slopes((gamma) => loss(given[0], gamma, given[2]), given[1], 1e-3),
        2e-4,
      );
      expectClose(
        found[2] as number[],
        slopes((beta) => loss(given[0], given[1], beta), given[2], 1e-3),
        2e-4,
      );
    },
  );

  it('without gamma normalises, and hands a gradient to x and beta', () => {
    const [y, dx, dbeta] = values(() => {
      const x = tf.tensor(numbers(60, 1), [4, 5, 1, 3]);
      const beta = tf.tensor1d([1, 2, 3]);
      const f = (x: Tensor, beta: Tensor) => ops.batchNorm(x, null, beta, 1e-3).y;
      const grads = tf.grads(f as (...inputs: Tensor[]) => Tensor)([x, beta], tf.tensor(numbers(60, 2), [4, 5, 1, 3]));
      return [f(x, beta), ...grads];
    }) as [number[], number[], number[]];
    expectClose(channelMeans(y, 3), [1, 2, 3], 1e-5);
    expectClose(dbeta, channelMeans(numbers(60, 2), 3).map((value) => value * 20), 1e-5); // biome-ignore format: one line
    // dx is orthogonal to a shift of the channel.
    expectClose(channelMeans(dx, 3), [0, 0, 0], 1e-5);
  });

  it('stays exact where the mean is far from zero', () => {
    const x = numbers(4000, 1, 0.5).map((value) => value + 1000);
    const [variance] = values(() => [ops.batchNorm(tf.tensor(x, [1000, 4]), null, tf.zeros([4]), 1e-3).variance]);
    const means = channelMeans(x, 4);
    const expected = channelMeans(
      Float64Array.from(x, (value, i) => (value - (means[i % 4] as number)) ** 2),
      4,
    );
    expectClose(variance as number[], expected, 1e-4);
  });

  it('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    use(() => {
      tf.grad((x) => ops.batchNorm(x, null, tf.zeros([3]), 1e-3).y)(tf.ones([2, 2, 2, 3]));
      return undefined as never;
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

function channelMeans(x: ArrayLike<number>, channels: number): number[] {
  const sums = new Array<number>(channels).fill(0);
  for (let i = 0; i < x.length; i++) sums[i % channels] = (sums[i % channels] as number) + (x[i] as number);
  return sums.map((sum) => (sum * channels) / x.length);
}

const wasm = (await engineOf('wasm')) as TestEngine;
const native = await engineOf('native');
it.runIf(native)('batch norm is the same on both engines', () => {
  const run = ({ engine: { tf, ops }, values }: TestEngine) =>
    values(() => {
      const x = tf.tensor(numbers(4 * 8 * 8 * 7, 1), [4, 8, 8, 7]);
      const { y, mean, variance } = ops.batchNorm(x, tf.tensor(numbers(7, 2)), tf.tensor(numbers(7, 3)), 1e-3);
      return [y, mean, variance];
    });
  const expected = run(native as TestEngine);
  run(wasm).forEach((found, i) => {
    expectClose(found, expected[i] as number[], 1e-5);
  });
});
