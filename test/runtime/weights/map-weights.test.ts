import { describe, expect, it } from 'vitest';
import { permuted } from '../../../src/runtime/weights/forms.ts';
import { mapInput } from '../../../src/runtime/weights/input-weights.ts';
import { freshNames } from '../../../src/runtime/weights/keras-names.ts';
import { mapWeights } from '../../../src/runtime/weights/map-weights.ts';
import { partialLayers } from '../../../src/runtime/weights/partial.ts';
import type { FileTensor } from '../../../src/runtime/weights/tensors.ts';
import { otherVariant, weightsUnfit } from '../../../src/runtime/weights/unfit.ts';

const wanted = (name: string, ...shape: number[]) => ({ name, shape });
/** Keras' forms: the tensors of a layer in their order. */
const layer = (name: string, ...shapes: number[][]): FileTensor[] =>
  shapes.map((shape, place) => ({ name: `${name}/v${place}`, layer: name, place, shape }));
const flat = (name: string, ...shape: number[]): FileTensor => ({ name, layer: null, place: 0, shape });
const from = (mapping: ReturnType<typeof mapWeights>) =>
  Object.fromEntries(mapping.loaded.map(({ weight, tensor }) => [weight.name, tensor?.name]));

const NET = [
  wanted('conv1_conv/kernel', 7, 7, 3, 8),
  wanted('conv1_conv/bias', 8),
  wanted('conv1_bn/gamma', 8),
  wanted('conv1_bn/beta', 8),
  wanted('conv1_bn/moving_mean', 8),
  wanted('conv1_bn/moving_variance', 8),
];
const TORCH = {
  form: 'torch' as const,
  classifier: ['fc'],
  layer: (name: string) => ({ conv1_conv: 'conv1', conv1_bn: 'bn1' })[name] ?? null,
};

describe('names of layers that Keras numbers by itself', () => {
  it('count from the smallest of their kind, whatever was made before in the session', () => {
    const names = freshNames(['conv2d_203', 'conv2d_205', 'conv2d_204', 'batch_normalization_7', 'block35_1_conv']);
    expect(Object.fromEntries(names)).toEqual({
      conv2d_203: 'conv2d',
      conv2d_204: 'conv2d_1',
      conv2d_205: 'conv2d_2',
      batch_normalization_7: 'batch_normalization',
      block35_1_conv: 'block35_1_conv',
    });
  });

  it('decide, and not the order in the file nor the shape: of three equal convolutions each gets its own', () => {
    const net = ['conv2d/kernel', 'conv2d_1/kernel', 'conv2d_2/kernel'].map((name) => wanted(name, 1, 1, 4, 4));
    const file = ['conv2d_12', 'conv2d_10', 'conv2d_11'].flatMap((name) => layer(name, [1, 1, 4, 4]));
    expect(from(mapWeights(file, { wanted: net }))).toEqual({
      'conv2d/kernel': 'conv2d_10/v0',
      'conv2d_1/kernel': 'conv2d_11/v0',
      'conv2d_2/kernel': 'conv2d_12/v0',
    });
  });

  it('leave a gap where one is missing: nothing moves into its place', () => {
    const net = ['conv2d/kernel', 'conv2d_1/kernel', 'conv2d_2/kernel'].map((name) => wanted(name, 1, 1, 4, 4));
    const mapping = mapWeights([...layer('conv2d', [1, 1, 4, 4]), ...layer('conv2d_2', [1, 1, 4, 4])], { wanted: net });
    expect(mapping.missing.map(({ name }) => name)).toEqual(['conv2d_1/kernel']);
  });
});

describe('a file’s tensors as weights of a network', () => {
  it('go by place within a layer: a batch norm without scale has its beta first', () => {
    const net = [wanted('bn/beta', 4), wanted('bn/moving_mean', 4), wanted('bn/moving_variance', 4)];
    expect(from(mapWeights(layer('bn', [4], [4], [4]), { wanted: net }))).toEqual({
      'bn/beta': 'bn/v0',
      'bn/moving_mean': 'bn/v1',
      'bn/moving_variance': 'bn/v2',
    });
  });

  it('leave out the layer on another network’s classes, and nothing else', () => {
    const file = [
      ...layer('conv1_conv', [7, 7, 3, 8], [8]),
      ...layer('conv1_bn', [8], [8], [8], [8]),
      ...layer('predictions', [8, 1000], [1000]),
      ...layer('extra', [3]),
    ];
    const mapping = mapWeights(file, { wanted: NET, optional: [wanted('predictions/kernel', 8, 6)] });
    expect(mapping.loaded).toHaveLength(6);
    expect(mapping.classifier.map(({ name }) => name)).toEqual(['predictions/v0', 'predictions/v1']);
    expect(mapping.unexpected.map(({ name }) => name)).toEqual(['extra/v0']);
  });

  it('take the prediction layer of a network of ours, and not one on other classes', () => {
    const own = NET.map(({ name, shape }) => flat(name, ...shape));
    const optional = [wanted('predictions/kernel', 8, 6)];
    const ours = mapWeights([...own, flat('predictions/kernel', 8, 6)], { wanted: NET, optional });
    expect(ours.names).toBe('ichor');
    expect(ours.loaded).toHaveLength(7);
    const other = mapWeights([...own, flat('predictions/kernel', 8, 1000)], { wanted: NET, optional });
    expect(other).toMatchObject({ names: 'keras', misshapen: [], unexpected: [] });
    expect(other.classifier.map(({ name }) => name)).toEqual(['predictions/kernel']);
  });

  it('read flat names of Keras, with what stands before and behind them', () => {
    const file = NET.map(({ name, shape }) => flat(`resnet50/${name}:0`, ...shape));
    expect(mapWeights(file, { wanted: NET })).toMatchObject({ names: 'keras', missing: [], unexpected: [] });
  });

  it('read flat names of Keras 3, where a depthwise kernel is a kernel', () => {
    const net = [
      wanted('block_1_depthwise/depthwise_kernel', 3, 3, 8, 1),
      wanted('block_1_project/kernel', 1, 1, 8, 4),
    ];
    const file = [flat('block_1_depthwise/kernel', 3, 3, 8, 1), flat('block_1_project/kernel', 1, 1, 8, 4)];
    expect(mapWeights(file, { wanted: net })).toMatchObject({ missing: [], misshapen: [], unexpected: [] });
  });

  it('read torchvision’s names under any wrapper, kernels turned, counters passed over', () => {
    const file = [
      flat('module.model.conv1.weight', 8, 3, 7, 7),
      flat('module.model.conv1.bias', 8),
      flat('module.model.bn1.weight', 8),
      flat('module.model.bn1.bias', 8),
      flat('module.model.bn1.running_mean', 8),
      flat('module.model.bn1.running_var', 8),
      flat('module.model.bn1.num_batches_tracked'),
      flat('module.model.fc.weight', 1000, 8),
    ];
    const mapping = mapWeights(file, { wanted: NET, names: { torchvision: TORCH } });
    expect(mapping).toMatchObject({ names: 'torchvision', missing: [], misshapen: [], unexpected: [] });
    expect(mapping.loaded[0]).toMatchObject({ permute: [2, 3, 1, 0] });
    expect(mapping.classifier.map(({ name }) => name)).toEqual(['module.model.fc.weight']);
  });
});

describe('what does not fit', () => {
  const named = (file: FileTensor[]) => mapWeights(file, { wanted: NET, names: { torchvision: TORCH } });

  it('is listed: missing with the nearest name, misshapen with both shapes, too much', () => {
    const file = [
      ...layer('conv1_conv', [7, 7, 1, 8]),
      ...layer('conv1_bn', [8], [8], [8], [8]),
      ...layer('conv9_conv', [3, 3, 8, 8]),
    ];
    const error = weightsUnfit('weights/mine.h5', 'resnet-50', named(file), NET.length);
    expect(error).toMatchObject({ code: 'weights-unfit', exit: 2 });
    expect(error?.message).toBe(
      'mine.h5 does not fit resnet-50: 1 tensor is missing (conv1_conv/bias [8]); ' +
        '1 tensor has another shape (conv1_conv/kernel [7, 7, 3, 8], in the file [7, 7, 1, 8]); ' +
        '1 tensor is not of this network (conv9_conv/v0 [3, 3, 8, 8]).',
    );
    expect(error?.hint).toContain('partial');
  });

  it('is another network where next to nothing is found, and Keras’ old ResNet where its names say so', () => {
    expect(weightsUnfit('a.h5', 'resnet-50', named(layer('dense_7', [3, 3])), 6)?.hint).toContain('another network');
    const old = weightsUnfit(
      'a.h5',
      'resnet-50',
      named(layer('res2a_branch2a', [1, 1, 64, 64]).map((tensor) => ({ ...tensor, name: 'res2a_branch2a/kernel' }))),
      6,
    );
    expect(old?.hint).toContain('before 2019');
  });

  it('is nothing where all fits; a library that builds another network of this name is refused', () => {
    expect(weightsUnfit('a.h5', 'x', named(NET.map(({ name, shape }) => flat(name, ...shape))), 6)).toBeNull();
    const component = { name: 'resnet-50', names: { torchvision: { ...TORCH, needs: { variant: 'torchvision' } } } };
    expect(otherVariant('a.pth', component, 'torchvision', { variant: 'keras' })).toMatchObject({
      code: 'weights-variant',
      hint: 'Set backbone: { type: resnet-50, variant: torchvision }.',
    });
    expect(otherVariant('a.pth', component, 'torchvision', { variant: 'torchvision' })).toBeNull();
    expect(otherVariant('a.h5', component, 'keras', { variant: 'keras' })).toBeNull();
  });
});

describe('partial', () => {
  const layers = ['conv1_conv', 'conv1_bn', 'conv2_block1_1_conv', 'conv3_block1_1_conv', 'conv10_conv'];

  it('names layers by their first part, and ranges in the network’s order', () => {
    expect([...partialLayers(['conv2'], layers, 'net')]).toEqual(['conv2_block1_1_conv']);
    expect([...partialLayers(['conv1'], layers, 'net')]).toEqual(['conv1_conv', 'conv1_bn']);
    expect([...partialLayers(['conv1..conv3'], layers, 'net')]).toEqual(layers.slice(0, 4));
    expect([...partialLayers(['conv*_bn'], layers, 'net')]).toEqual(layers.filter((layer) => layer.endsWith('_bn')));
    expect([...partialLayers(['conv10_conv', 'conv2'], layers, 'net')]).toEqual(['conv10_conv', 'conv2_block1_1_conv']);
  });

  it.each([['conv9'], ['conv3..conv1'], ['..'], ['con']])('refuses %s, with what there is', (item) => {
    expect(() => partialLayers([item], layers, 'net')).toThrow(
      expect.objectContaining({ code: 'weights-partial', exit: 2, hint: expect.stringContaining('conv1, conv2') }),
    );
  });
});

describe('kernels of three channels for another number of them', () => {
  /** [1, 1, 3, 2]: red 1 and 10, green 2 and 20, blue 6 and 60. */
  const kernel = Float32Array.of(1, 10, 2, 20, 6, 60);

  it('cycle takes them in turn, mean takes their mean, scaled by 3 / channels', () => {
    const map = (way: 'mean' | 'cycle', channels: number) =>
      Array.from(mapInput(kernel, [1, 1, 3, 2], [1, 1, channels, 2], { way, colours: [0, 1, 2] }));
    expect(map('cycle', 4)).toEqual([0.75, 7.5, 1.5, 15, 4.5, 45, 0.75, 7.5]);
    expect(map('mean', 2)).toEqual([4.5, 45, 4.5, 45]);
  });

  it('a picture with equal channels gives what it gave', () => {
    for (const way of ['mean', 'cycle'] as const) {
      const mapped = mapInput(kernel, [1, 1, 3, 2], [1, 1, 6, 2], { way, colours: [0, 1, 2] });
      const sum = (values: Float32Array, output: number) =>
        values.filter((_, i) => i % 2 === output).reduce((all, one) => all + one, 0);
      for (const output of [0, 1]) expect(sum(mapped, output)).toBeCloseTo(sum(kernel, output), 5);
    }
  });

  it('under caffe the file’s first channel is blue', () => {
    const mapped = mapInput(kernel, [1, 1, 3, 2], [1, 1, 2, 2], { way: 'cycle', colours: [2, 1, 0] });
    expect(Array.from(mapped)).toEqual([9, 90, 3, 30]);
  });
});

it('permuted turns OIHW into HWIO', () => {
  // [2, 1, 1, 3] -> [1, 3, 1, 2]
  expect(Array.from(permuted(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 1, 1, 3], [2, 3, 1, 0]))).toEqual([
    1, 4, 2, 5, 3, 6,
  ]);
});
