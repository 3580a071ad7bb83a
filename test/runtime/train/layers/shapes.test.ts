import { describe, expect, it } from 'vitest';
import { shapeLayers } from '../../../../src/runtime/train/layers/shapes.ts';

const image = [null, 9, 9, 3];

describe('shapes', () => {
  it('follow TensorFlow: same is ceil(side / stride), valid is floor((side - window) / stride) + 1', () => {
    const { layers } = shapeLayers('net');
    const conv = (name: string, padding: 'same' | 'valid') =>
      layers.conv(name, image, { filters: 5, kernel: [3, 1], stride: 2, padding });
    expect(conv('a', 'same')).toEqual([null, 5, 5, 5]);
    expect(conv('b', 'valid')).toEqual([null, 4, 5, 5]);
    expect(layers.maxPool(image, { size: 2 })).toEqual([null, 4, 4, 3]);
    expect(layers.averagePool(image, { size: 3, stride: 1, padding: 'same' })).toEqual(image);
    expect(
      layers.pad(image, [
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([null, 12, 16, 3]);
    expect(layers.globalAveragePool(image)).toEqual([null, 3]);
    expect(layers.globalAveragePool(image, { keep: true })).toEqual([null, 1, 1, 3]);
    expect(layers.multiply(image, [null, 1, 1, 3])).toEqual(image);
    expect(layers.multiply(image, image)).toEqual(image);
    expect(() => layers.multiply(image, [null, 3])).toThrow(/multiplies shapes/);
    expect(() => layers.multiply(image, [null, 1, 9, 3])).toThrow(/multiplies shapes/);
    expect(layers.concat([image, [null, 9, 9, 4]])).toEqual([null, 9, 9, 7]);
  });

  it('list weights in the order of creation, with the multiply-adds of one item', () => {
    const { layers, found } = shapeLayers('net');
    let x = layers.conv('conv', image, { filters: 4, kernel: 3, padding: 'same' });
    x = layers.batchNorm('norm', x, { scale: false });
    layers.dense('dense', layers.globalAveragePool(x), { units: 2, bias: false });
    expect(found.weights).toEqual([
      { name: 'conv/kernel', shape: [3, 3, 3, 4], initializer: 'glorot-uniform', trainable: true },
      { name: 'conv/bias', shape: [4], initializer: 'zeros', trainable: true },
      { name: 'norm/beta', shape: [4], initializer: 'zeros', trainable: true },
      { name: 'norm/moving_mean', shape: [4], initializer: 'zeros', trainable: false },
      { name: 'norm/moving_variance', shape: [4], initializer: 'ones', trainable: false, epsilon: 1e-3 },
      { name: 'dense/kernel', shape: [4, 2], initializer: 'glorot-uniform', trainable: true },
    ]);
    // 81 positions x 27 inputs x 4 filters, then 4 x 2.
    expect(found.multiplyAdds).toBe(81 * 27 * 4 + 8);
  });

  it('convolve each channel by itself, with a kernel of its own', () => {
    const { layers, found } = shapeLayers('net');
    expect(layers.depthwiseConv('d', image, { kernel: 3, stride: 2, padding: 'same' })).toEqual([null, 5, 5, 3]);
    expect(found.weights.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
      'd/depthwise_kernel 3,3,3,1',
      'd/bias 3',
    ]);
    expect(found.multiplyAdds).toBe(25 * 9 * 3);
  });

  it('count a bidirectional LSTM as steps x (in + cells) x 4 cells, twice', () => {
    const { layers, found } = shapeLayers('net');
    expect(layers.biLstm('lstm', [null, 7, 3], [null, 7], { cells: 2 })).toEqual([null, 7, 4]);
    expect(found.multiplyAdds).toBe(2 * 7 * (3 + 2) * 8);
    expect(found.weights.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
      'lstm/forward/kernel 3,8',
      'lstm/forward/recurrent_kernel 2,8',
      'lstm/forward/bias 8',
      'lstm/backward/kernel 3,8',
      'lstm/backward/recurrent_kernel 2,8',
      'lstm/backward/bias 8',
    ]);
  });

  it('count what their maps hold of one item', () => {
    const { layers, found } = shapeLayers('test');
    const map = layers.relu(layers.conv('conv', [null, 4, 4, 1], { filters: 2, kernel: 3, padding: 'same' }));
    layers.dense('out', layers.globalAveragePool(map), { units: 6 });
    // 4 x 4 x 2 of the convolution, as many of relu, 2 of the mean, 6 of the last layer.
    expect(found.maps).toBe(32 + 32 + 2 + 6);
  });

  it('take a layer of one’s own with its weights and multiply-adds', () => {
    const { layers, found } = shapeLayers('net');
    const shape = layers.custom('own', [[null, 4]], {
      weights: { slope: { shape: [4], initializer: 'ones', trainable: true } },
      shape: ([x]) => x ?? [],
      multiplyAdds: () => 4,
      apply: () => {
        throw new Error('No tensors here.');
      },
    });
    expect(shape).toEqual([null, 4]);
    expect(found).toEqual({
      weights: [{ name: 'own/slope', shape: [4], initializer: 'ones', trainable: true }],
      multiplyAdds: 4,
      starts: { own: 0 },
      maps: 4,
      batchNormMomentum: null,
    });
  });
});

describe('a network that is not valid', () => {
  const rejected = (run: (layers: ReturnType<typeof shapeLayers>['layers']) => unknown) => () =>
    run(shapeLayers('my-net').layers);
  it.each([
    [
      'a name twice',
      /my-net.*two of its layers are named a/,
      rejected((l) => l.dense('a', l.dense('a', [null, 2], { units: 2 }), { units: 2 })),
    ],
    [
      'a map that vanishes',
      /my-net.*2 x 2 is smaller than the window 3 x 3 of a/,
      rejected((l) => l.conv('a', [null, 2, 2, 1], { filters: 1, kernel: 3 })),
    ],
    ['unequal parts', /my-net.*adds shapes/, rejected((l) => l.add([null, 2], [null, 3]))],
    ['unequal maps', /my-net.*joins shapes/, rejected((l) => l.concat([image, [null, 8, 8, 3]]))],
    [
      'a vector as image',
      /my-net.*takes \[batch, height, width, channels\]/,
      rejected((l) => l.globalAveragePool([null, 3])),
    ],
    ['a rate of one', /my-net.*rate 1 of d/, rejected((l) => l.dropout('d', [null, 3], 1))],
    ['a mask that does not fit', /my-net.*mask/, rejected((l) => l.biLstm('l', [null, 4, 3], [null, 5], { cells: 1 }))],
  ])('%s: is an error that names the component', (_, message, run) => {
    expect(run).toThrow(
      expect.objectContaining({ code: 'network-invalid', message: expect.stringMatching(message), exit: 2 }),
    );
  });
});
