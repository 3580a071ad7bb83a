import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect } from 'vitest';
import { PIXEL_MODES } from '../../../../src/registry/kinds/backbone.ts';
import { prepare } from '../../../../src/runtime/train/layers/pixels.ts';
import { tensorLayers } from '../../../../src/runtime/train/layers/tensors.ts';
// Keras 3.15.1's numbers; the file states where they come from.
import reference from '../../../fixtures/layers.json' with { type: 'json' };
import { distance, type EngineName, type LayerEngine, testOn, values } from './engines.ts';

/** The words over tensors, on one engine: a process opens only one, so that each has a test file of its own. */
export function describeLayers(name: EngineName): void {
  describe(`layers on the ${name} engine`, () => {
    const test = testOn(name);
    const over = (
      engine: LayerEngine,
      weights: Record<string, Tensor>,
      options: { training?: boolean; frozen?: boolean; seed?: Tensor } = {},
    ) =>
      tensorLayers({
        engine,
        weights,
        training: options.training ?? false,
        batchNorm: options.frozen ? 'frozen' : 'trained',
        seed: options.seed ?? null,
      });
    const range = ({ tf }: LayerEngine, shape: number[], from: number) =>
      tf.reshape(tf.range(from, from + size(shape)), shape);

    test('pad a convolution as TensorFlow does: same with stride 2 only at bottom and right', (engine) => {
      const layers = over(engine, { 'c/kernel': range(engine, [3, 3, 1, 1], 1) });
      const x = range(engine, [1, 4, 4, 1], 0);
      const conv = (input: Tensor, padding: 'same' | 'valid') =>
        values(layers.conv('c', input, { filters: 1, kernel: 3, stride: 2, padding, bias: false }));
      const expected = reference.conv_same_stride2;
      expect(conv(x, 'same')).toEqual(expected.tf_same.flat());
      expect(conv(layers.pad(x, 1), 'valid')).toEqual(expected.pad1_valid.flat());
      expect(conv(x, 'valid')).toEqual(expected.valid.flat());
      const below = layers.pad(x, [
        [0, 1],
        [0, 1],
      ]);
      expect(conv(below, 'valid')).toEqual(expected['keras_zeropad_((0,1),(0,1))_valid'].flat());
    });

    test('average over the real cells only', (engine) => {
      const y = over(engine, {}).averagePool(range(engine, [1, 3, 3, 1], 1), { size: 3, stride: 1, padding: 'same' });
      expect(distance(values(y), reference.avgpool_same_3x3_s1.tf.flat())).toBeLessThan(1e-6);
    });

    test('norm by the batch while training, and move the averages by its population variance', (engine) => {
      const { tf } = engine;
      const expected = reference.batchnorm_update;
      const weights = {
        'n/gamma': tf.ones([2]),
        'n/beta': tf.zeros([2]),
        'n/moving_mean': tf.zeros([2]),
        'n/moving_variance': tf.ones([2]),
      };
      const layers = over(engine, weights, { training: true });
      const y = layers.batchNorm('n', tf.tensor2d(expected.x));
      const { 'n/moving_mean': mean, 'n/moving_variance': variance } = layers.updates();
      expect(distance(values(y), expected.output.flat())).toBeLessThan(2e-6);
      expect(distance(values(mean as Tensor), expected.moving_mean)).toBeLessThan(1e-6);
      expect(distance(values(variance as Tensor), expected.moving_variance)).toBeLessThan(1e-6);
    });

    test('norm by the averages in inference and where frozen, and then move none', (engine) => {
      const { tf } = engine;
      const weights = {
        'n/gamma': tf.tensor1d([2, 1]),
        'n/beta': tf.tensor1d([0.5, -1]),
        'n/moving_mean': tf.tensor1d([1, 3]),
        'n/moving_variance': tf.tensor1d([4, 0.25]),
      };
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
      // By hand: gamma (x - mean) / sqrt(variance + epsilon) + beta.
      const expected = [1, 2, 3, 4, 5, 6, 7, 8].map((value, i) =>
        i % 2 ? (value - 3) / Math.sqrt(0.25 + 1e-3) - 1 : (2 * (value - 1)) / Math.sqrt(4 + 1e-3) + 0.5,
      );
      for (const layers of [over(engine, weights), over(engine, weights, { training: true, frozen: true })]) {
        expect(distance(values(layers.batchNorm('n', x)), expected)).toBeLessThan(1e-5);
        expect(layers.updates()).toEqual({});
      }
      const unscaled = over(engine, weights).batchNorm('n', x, { scale: false });
      const plain = expected.map((value, i) => (i % 2 ? value : (value - 0.5) / 2 + 0.5));
      expect(distance(values(unscaled), plain)).toBeLessThan(1e-5);
    });

    test('run a bidirectional LSTM under a mask as Keras does', (engine) => {
      const { tf } = engine;
      const expected = reference.bilstm_masked;
      const weights: Record<string, Tensor> = {};
      for (const direction of ['forward', 'backward'] as const) {
        const { kernel, recurrent_kernel, bias } = expected[direction];
        weights[`l/${direction}/kernel`] = tf.tensor2d(kernel);
        weights[`l/${direction}/recurrent_kernel`] = tf.tensor2d(recurrent_kernel);
        weights[`l/${direction}/bias`] = tf.tensor1d(bias);
      }
      const y = over(engine, weights).biLstm('l', tf.tensor3d(expected.x), tf.tensor2d(expected.mask), { cells: 2 });
      expect(y.shape).toEqual([3, 4, 4]);
      expect(distance(values(y), expected.sequences.flat(2))).toBeLessThan(1e-5);
    });

    test('bring bytes to a network as Keras’ preprocess_input does', (engine) => {
      const { tf } = engine;
      const { rgb, tf: centred, caffe } = reference.preprocess_input;
      const x = tf.tensor4d([rgb]);
      expect(distance(values(prepare(tf, x, 'tf', 3, 3)), centred.flat(2))).toBeLessThan(1e-5);
      expect(distance(values(prepare(tf, x, 'caffe', 3, 3)), caffe.flat(2))).toBeLessThan(2e-5);
      expect(
        distance(
          values(prepare(tf, x, 'unit', 3, 3)),
          rgb.flat(2).map((byte) => byte / 255),
        ),
      ).toBeLessThan(1e-6);
      const one = tf.tensor4d([[[[10], [200]]]]);
      expect(values(prepare(tf, one, 'unit', 1, 1)).length).toBe(2);
      for (const pixels of PIXEL_MODES) {
        const three = tf.tensor4d([
          [
            [
              [10, 10, 10],
              [200, 200, 200],
            ],
          ],
        ]);
        expect(values(prepare(tf, one, pixels, 1, 3))).toEqual(values(prepare(tf, three, pixels, 3, 3)));
      }
    });

    test('bring one pixel’s three windows through every mode: by hand', (engine) => {
      const { tf } = engine;
      // Red, green, blue: what the first, second and third of the recipe's channels hold.
      const pixel = tf.tensor4d([51, 127, 255], [1, 1, 1, 3]);
      const expected = {
        // 51/127.5 - 1, 127/127.5 - 1, 255/127.5 - 1
        tf: [-0.6, -0.003921569, 1],
        // 255 - 103.939, 127 - 116.779, 51 - 123.68: the third channel comes first
        caffe: [151.061, 10.221, -72.68],
        // (0.2 - 0.485) / 0.229, (0.498039216 - 0.456) / 0.224, (1 - 0.406) / 0.225
        torch: [-1.2445415, 0.1876751, 2.64],
        // (51 - 127) / 128, 0, (255 - 127) / 128
        lite: [-0.59375, 0, 1],
        unit: [0.2, 0.498039216, 1],
      };
      for (const pixels of PIXEL_MODES) {
        expect(distance(values(prepare(tf, pixel, pixels, 3, 3)), expected[pixels]), pixels).toBeLessThan(1e-5);
      }
      // One window alone stands in all three places; each place keeps its own mean.
      const one = values(prepare(tf, tf.tensor4d([51], [1, 1, 1, 1]), 'torch', 1, 3));
      expect(distance(one, [-1.2445415, (0.2 - 0.456) / 0.224, (0.2 - 0.406) / 0.225])).toBeLessThan(1e-5);
    });

    test('convolve each channel by itself, by hand', (engine) => {
      const { tf } = engine;
      // Two channels, of which the first reads its left neighbour ten times, the second what is below.
      const kernel = tf.tensor4d([0, 0, 0, 0, 0, 0, 10, 0, 1, 1, 0, 0, 0, 0, 0, 100, 0, 0], [3, 3, 2, 1]);
      const layers = over(engine, { 'd/depthwise_kernel': kernel, 'd/bias': tf.tensor1d([0.5, 0]) });
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
      const y = layers.depthwiseConv('d', x, { kernel: 3, padding: 'same' });
      expect(values(y)).toEqual([1.5, 602, 13.5, 804, 5.5, 6, 57.5, 8]);
      // Whole windows of stride 2 that begin at the corner.
      const strided = layers.depthwiseConv('d', x, { kernel: 3, stride: 2, padding: 'same' });
      // The rows and columns that `same` adds lie below and on the right: the window is centred on the second pixel.
      expect(values(strided)).toEqual([57.5, 8]);
    });

    test('gate channels as squeeze and excitation does, by hand', (engine) => {
      const { tf } = engine;
      const layers = over(engine, {});
      const x = tf.tensor4d([1, -2, 3, 6], [1, 1, 2, 2]);
      const squeezed = layers.globalAveragePool(x, { keep: true });
      expect(squeezed.shape).toEqual([1, 1, 1, 2]);
      expect(values(squeezed)).toEqual([2, 2]);
      const sigmoid = 1 / (1 + Math.exp(-2));
      expect(distance(values(layers.swish(squeezed)), [2 * sigmoid, 2 * sigmoid])).toBeLessThan(1e-6);
      const gated = values(layers.multiply(x, layers.sigmoid(squeezed)));
      expect(distance(gated, [sigmoid, -2 * sigmoid, 3 * sigmoid, 6 * sigmoid])).toBeLessThan(1e-6);
      expect(values(layers.relu6(tf.tensor1d([-1, 3, 9])))).toEqual([0, 3, 6]);
    });

    test('drop whole images where it is asked for, the others scaled up', (engine) => {
      const { tf } = engine;
      const layers = over(engine, {}, { training: true, seed: tf.tensor1d([7, 1], 'int32') });
      const y = tf.reshape(layers.dropout('a', tf.ones([400, 2, 2, 1]), 0.25, { whole: true }), [400, 4]);
      const rows = (y.arraySync() as number[][]).map((row) => {
        expect(new Set(row).size).toBe(1);
        return row[0] as number;
      });
      const dropped = rows.filter((value) => value === 0).length;
      // 400 draws of 0.25: standard deviation 9.
      expect(Math.abs(dropped - 100)).toBeLessThan(45);
      expect(rows.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6)).toBe(true);
    });

    test('drop a share of the values while training, another for each layer and step, the rest scaled up', (engine) => {
      const { tf } = engine;
      const x = tf.ones([50, 40]);
      const drop = (layer: string, step: number) =>
        values(over(engine, {}, { training: true, seed: tf.tensor1d([7, step], 'int32') }).dropout(layer, x, 0.3));
      const first = drop('a', 1);
      const zeros = first.filter((value) => value === 0).length;
      // 2,000 draws of 0.3: standard deviation 20.
      expect(Math.abs(zeros - 600)).toBeLessThan(100);
      expect(first.every((value) => value === 0 || Math.abs(value - 1 / 0.7) < 1e-6)).toBe(true);
      expect(drop('a', 1)).toEqual(first);
      expect(drop('a', 2)).not.toEqual(first);
      expect(drop('b', 1)).not.toEqual(first);
      expect(values(over(engine, {}).dropout('a', x, 0.3))).toEqual(values(x));
      expect(() => over(engine, {}, { training: true }).dropout('a', x, 0.3)).toThrow(
        expect.objectContaining({ code: 'seed-missing' }),
      );
    });

    test('give gradients to every weight: they equal finite differences', (engine) => {
      const { tf } = engine;
      const shapes: Record<string, number[]> = {
        'c/kernel': [3, 3, 2, 3],
        'n/gamma': [3],
        'n/beta': [3],
        'w/depthwise_kernel': [3, 3, 3, 1],
        'w/bias': [3],
        's/kernel': [1, 1, 3, 3],
        's/bias': [3],
        'd/kernel': [3, 2],
        'd/bias': [2],
      };
      const names = Object.keys(shapes);
      const data = names.map((key, k) => tf.tensor(noise(size(shapes[key] as number[]), k), shapes[key] as number[]));
      const x = tf.tensor4d(noise(2 * 6 * 6 * 2, 99), [2, 6, 6, 2]);
      const averages = { 'n/moving_mean': tf.tensor1d([0.1, 0, -0.1]), 'n/moving_variance': tf.tensor1d([1, 2, 3]) };
      for (const frozen of [false, true]) {
        const loss = (...tensors: Tensor[]) => {
          const weights = { ...averages, ...Object.fromEntries(names.map((key, i) => [key, tensors[i] as Tensor])) };
          const layers = over(engine, weights, { training: true, frozen });
          let y = layers.conv('c', x, { filters: 3, kernel: 3, padding: 'same', bias: false });
          y = layers.relu(layers.batchNorm('n', y));
          y = layers.relu6(layers.depthwiseConv('w', y, { kernel: 3, padding: 'same' }));
          const gate = layers.conv('s', layers.globalAveragePool(y, { keep: true }), { filters: 3, kernel: 1 });
          y = layers.multiply(y, layers.sigmoid(layers.swish(gate)));
          y = layers.add(layers.averagePool(y, { size: 2 }), layers.maxPool(y, { size: 2 }), 0.5);
          return tf.sum(tf.square(layers.dense('d', layers.globalAveragePool(y), { units: 2 })));
        };
        const gradients = tf.grads(loss)(data);
        names.forEach((key, i) => {
          const tensor = data[i] as Tensor;
          const direction = tf.tensor(noise(tensor.size, 50 + i), tensor.shape);
          const at = (step: number) =>
            values(
              loss(...data.map((other, j) => (j === i ? tf.add(other, tf.mul(direction, step)) : other))),
            )[0] as number;
          const slope = (at(2e-3) - at(-2e-3)) / 4e-3;
          const product = values(tf.sum(tf.mul(gradients[i] as Tensor, direction)))[0] as number;
          expect(Math.abs(slope - product), key).toBeLessThan(0.02 * Math.abs(slope) + 5e-3);
        });
      }
    });

    test('convolve along the steps: taps `dilation` apart, zeros beyond the ends, by hand', (engine) => {
      const { tf } = engine;
      // Taps 1, 10, 100 of one channel; then two channels into two filters with a bias.
      const one = over(engine, { 'c/kernel': tf.tensor3d([1, 10, 100], [3, 1, 1]) });
      const x = tf.tensor3d([1, 2, 3, 4, 5], [1, 5, 1]);
      const conv = (dilation: number) => values(one.convSteps('c', x, { filters: 1, size: 3, dilation, bias: false }));
      expect(conv(1)).toEqual([210, 321, 432, 543, 54]);
      expect(conv(2)).toEqual([310, 420, 531, 42, 53]);
      expect(conv(9)).toEqual([10, 20, 30, 40, 50]);
      const two = over(engine, {
        'c/kernel': tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]),
        'c/bias': tf.tensor1d([0.5, -0.5]),
      });
      // An even window reads itself and the step behind: y_0 = 1 + 3 + 5 x 2 + 7 x 3 + 0.5 of (1, 1), (2, 3).
      const y = two.convSteps('c', tf.tensor3d([1, 1, 2, 3], [1, 2, 2]), { filters: 2, size: 2 });
      expect(values(y)).toEqual([35.5, 41.5, 11.5, 15.5]);
      expect(values(two.masked(tf.ones([1, 2, 2]), tf.tensor2d([[1, 0]])))).toEqual([1, 1, 0, 0]);
    });

    test('norm each vector by itself, with Keras’ epsilon', (engine) => {
      const { tf } = engine;
      const layers = over(engine, { 'l/gamma': tf.tensor1d([1, 2, 1]), 'l/beta': tf.tensor1d([0, 0, 1]) });
      // Of 1, 2, 3 the mean is 2, the variance 2/3.
      const unit = 1 / Math.sqrt(2 / 3 + 1e-3);
      const y = values(layers.layerNorm('l', tf.tensor3d([1, 2, 3, 5, 5, 5], [1, 2, 3])));
      expect(distance(y, [-unit, 0, unit + 1, 0, 0, 1])).toBeLessThan(1e-5);
    });

    test('read steps in both directions as the ops do, and give their weights gradients', (engine) => {
      const { tf } = engine;
      const shapes: Record<string, number[]> = {
        'g/forward/kernel': [3, 6],
        'g/forward/recurrent_kernel': [2, 6],
        'g/forward/bias': [2, 6],
        'g/backward/kernel': [3, 6],
        'g/backward/recurrent_kernel': [2, 6],
        'g/backward/bias': [2, 6],
        'c/kernel': [3, 4, 4],
        'c/bias': [4],
        'l/gamma': [4],
        'l/beta': [4],
      };
      const names = Object.keys(shapes);
      const data = names.map((key, k) => tf.tensor(noise(size(shapes[key] as number[]), k), shapes[key] as number[]));
      const x = tf.tensor3d(noise(2 * 5 * 3, 99), [2, 5, 3]);
      const mask = tf.tensor2d([1, 1, 1, 1, 1, 0, 1, 1, 1, 0], [2, 5]);
      const loss = (...tensors: Tensor[]) => {
        const layers = over(engine, Object.fromEntries(names.map((key, i) => [key, tensors[i] as Tensor])));
        let y = layers.biGru('g', x, mask, { cells: 2 });
        expect(y.shape).toEqual([2, 5, 4]);
        y = layers.convSteps('c', layers.masked(y, mask), { filters: 4, size: 3, dilation: 2 });
        return tf.sum(tf.mul(layers.masked(layers.layerNorm('l', y), mask), tf.reshape(tf.range(0, 40), [2, 5, 4])));
      };
      const gradients = tf.grads(loss)(data);
      names.forEach((key, i) => {
        const tensor = data[i] as Tensor;
        const direction = tf.tensor(noise(tensor.size, 50 + i), tensor.shape);
        const at = (step: number) =>
          values(
            loss(...data.map((other, j) => (j === i ? tf.add(other, tf.mul(direction, step)) : other))),
          )[0] as number;
        const slope = (at(2e-3) - at(-2e-3)) / 4e-3;
        const product = values(tf.sum(tf.mul(gradients[i] as Tensor, direction)))[0] as number;
        expect(Math.abs(slope - product), key).toBeLessThan(0.02 * Math.abs(slope) + 5e-2);
      });
    });

    test('say which weight is missing', (engine) => {
      expect(() => over(engine, {}).dense('d', engine.tf.ones([1, 2]), { units: 2 })).toThrow(
        expect.objectContaining({ code: 'weight-missing', message: expect.stringContaining('d/kernel') }),
      );
    });
  });
}

const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

/** Numbers in -0.5..0.5 that repeat in no short pattern. */
function noise(count: number, seed: number): number[] {
  return Array.from(
    { length: count },
    (_, i) => ((Math.sin(12.9898 * (i + 1) + 78.233 * (seed + 1)) * 43758.5453) % 1) / 2,
  );
}
