import { describe, expect, it } from 'vitest';
import inceptionResnetV2 from '../../../plugins/backbones/inception-resnet-v2.ts';
import resnet50 from '../../../plugins/backbones/resnet-50.ts';
import resnet50V2 from '../../../plugins/backbones/resnet-50-v2.ts';
import smallCnn from '../../../plugins/backbones/small-cnn.ts';
import type { Backbone } from '../../../src/index.ts';
import { shapeLayers } from '../../../src/runtime/train/layers/shapes.ts';
import type { Shape } from '../../../src/runtime/train/layers/spec.ts';
import { describeBackbone } from '../../../src/runtime/train/network.ts';
// Counted by Keras 3.15.1; the file states its source.
import reference from '../../fixtures/networks.json' with { type: 'json' };

const common = { weights: 'none', batchNorm: 'trained' } as const;
const image = { size: 224, channels: 3 };
const KERAS = [
  [resnet50, 'ResNet50'],
  [resnet50V2, 'ResNet50V2'],
  [inceptionResnetV2, 'InceptionResNetV2'],
] as const;

describe.each(KERAS)('%o', (component, keras) => {
  const expected = reference.architecture_counts[keras];
  const full = { width: 1, blocks: 1, momentum: 0.99, ...common };

  it(`has the parameters of Keras’ ${keras}`, () => {
    const { parameters, weights, width, output } = describeBackbone(component as Backbone, full, image);
    expect(width).toBe(expected.embedding);
    expect(output).toEqual([null, 6]);
    expect(weights.length).toBe(expected.weight_tensors_notop + 2);
    expect(parameters).toEqual({
      total: expected.with6,
      trainable: expected.trainable + expected.head6,
      nonTrainable: expected.non_trainable,
    });
    expect(parameters.total - expected.head6).toBe(expected.notop);
  });

  it('has Keras’ maps before the global average, at every size', () => {
    for (const [size, side] of Object.entries(expected.feature_side)) {
      const { layers } = shapeLayers(component.name);
      let last: Shape = [];
      const spied = {
        ...layers,
        globalAveragePool(x: Shape) {
          last = x;
          return layers.globalAveragePool(x);
        },
      };
      (component as Backbone).network<Shape>(spied, [null, Number(size), Number(size), 3], full);
      expect(last).toEqual([null, side, side, expected.embedding]);
    }
  });

  it('runs small: fewer channels and blocks, never none', () => {
    const small = { ...full, width: 0.05, blocks: 0.01 };
    const spec = describeBackbone(component as Backbone, small, {
      size: component.contract(small).minimumSize,
      channels: 1,
    });
    expect(spec.parameters.total).toBeLessThan(0.005 * expected.with6);
    expect(spec.weights.every(({ shape }) => shape.every((side) => side > 0))).toBe(true);
    const half = describeBackbone(component as Backbone, { ...full, blocks: 0.5 }, image);
    expect(half.weights.length).toBeLessThan(expected.weight_tensors_notop);
    expect(half.width).toBe(expected.embedding);
  });

  it('refuses two channels and images that are too small, with the way out', () => {
    const run = (size: number, channels: number) => () =>
      describeBackbone(component as Backbone, full, { size, channels });
    expect(run(224, 2)).toThrow(expect.objectContaining({ code: 'channel-count', exit: 2 }));
    const { minimumSize } = component.contract(full);
    expect(run(minimumSize - 1, 3)).toThrow(
      expect.objectContaining({ code: 'image-too-small', hint: expect.stringContaining(String(minimumSize)) }),
    );
    expect(run(minimumSize, 3)).not.toThrow();
  });

  it('hands the momentum of its running averages to every norm', () => {
    const { layers } = shapeLayers(component.name);
    const seen: unknown[] = [];
    const spied: typeof layers = {
      ...layers,
      batchNorm(name, x, options) {
        seen.push(options?.momentum);
        return layers.batchNorm(name, x, options);
      },
    };
    const { minimumSize } = component.contract(full);
    const images: Shape = [null, minimumSize, minimumSize, 3];
    (component as Backbone).network<Shape>(spied, images, { ...full, momentum: 0.8 });
    expect(new Set(seen)).toEqual(new Set([0.8]));
  });
});

describe('inception-resnet-v2', () => {
  const { weights } = describeBackbone(
    inceptionResnetV2 as Backbone,
    { width: 1, blocks: 1, momentum: 0.99, ...common },
    image,
  );
  const shapes = new Map(weights.map(({ name, shape }) => [name, String(shape)]));

  it('names convolutions in the order of creation: conv2d to conv2d_202, 40 of blocks, conv_7b', () => {
    const kernels = weights.filter(({ name }) => name.endsWith('/kernel') && !name.startsWith('predictions'));
    expect(kernels.length).toBe(244);
    expect(shapes.get('conv2d/kernel')).toBe('3,3,3,32');
    // mixed_5b: conv2d_5 is its first branch, then 6, 7 (5x5), then 8, 9, 10, then 11 after the pool.
    expect(shapes.get('conv2d_5/kernel')).toBe('1,1,192,96');
    expect(shapes.get('conv2d_7/kernel')).toBe('5,5,48,64');
    expect(shapes.get('conv2d_11/kernel')).toBe('1,1,192,64');
    expect(shapes.get('conv2d_202/kernel')).toBe('3,1,224,256');
    expect(shapes.get('block35_10_conv/kernel')).toBe('1,1,128,320');
    expect(shapes.get('block17_20_conv/kernel')).toBe('1,1,384,1088');
    expect(shapes.get('block8_10_conv/bias')).toBe('2080');
    expect(shapes.get('conv_7b/kernel')).toBe('1,1,2080,1536');
    expect(shapes.has('conv2d_203/kernel')).toBe(false);
  });

  it('has norms without scale', () => {
    expect([...shapes.keys()].some((name) => name.endsWith('/gamma'))).toBe(false);
  });
});

describe('small-cnn', () => {
  const params = { width: 1, blocks: 4, ...common };

  it('counts what its layers say, by hand', () => {
    const { parameters, multiplyAdds, width } = describeBackbone(smallCnn as Backbone, params, {
      size: 64,
      channels: 3,
    });
    // 3x3 kernels without bias and four numbers a channel for the norms; then 96 x 6 + 6.
    const kernels = 9 * (3 * 16 + 16 * 16 + 16 * 32 + 32 * 64 + 64 * 96);
    const channels = 16 + 16 + 32 + 64 + 96;
    expect(parameters).toEqual({
      total: kernels + 4 * channels + 582,
      trainable: kernels + 2 * channels + 582,
      nonTrainable: 2 * channels,
    });
    // Maps of 32, 32, 16, 8 and 4.
    const positions = 1024 * 48 + 1024 * 256 + 256 * 512 + 64 * 2048 + 16 * 6144;
    expect(multiplyAdds).toBe(9 * positions + 576);
    expect(width).toBe(96);
  });

  it('takes any number of channels', () => {
    for (const channels of [1, 2, 5]) {
      const { weights } = describeBackbone(smallCnn as Backbone, params, { size: 16, channels });
      expect(weights[0]?.shape).toEqual([3, 3, channels, 16]);
    }
  });

  it('keeps at least one cell in its smallest image, however many blocks', () => {
    for (let blocks = 1; blocks <= 6; blocks++) {
      const { minimumSize, embedding } = smallCnn.contract({ ...params, blocks });
      expect(
        describeBackbone(smallCnn as Backbone, { ...params, blocks }, { size: minimumSize, channels: 1 }).width,
      ).toBe(embedding);
    }
  });
});
