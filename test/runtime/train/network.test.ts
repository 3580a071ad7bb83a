import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import densenet121 from '../../../plugins/backbones/densenet-121.ts';
import efficientnetB0 from '../../../plugins/backbones/efficientnet-b0.ts';
import inceptionResnetV2 from '../../../plugins/backbones/inception-resnet-v2.ts';
import mobilenetV2 from '../../../plugins/backbones/mobilenet-v2.ts';
import resnet50 from '../../../plugins/backbones/resnet-50.ts';
import resnet50V2 from '../../../plugins/backbones/resnet-50-v2.ts';
import smallCnn from '../../../plugins/backbones/small-cnn.ts';
import { type Backbone, defineBackbone, type Sequence, Type } from '../../../src/index.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import { tensorLayers } from '../../../src/runtime/train/layers/tensors.ts';
import { backboneNetwork, describeBackbone, describeSequence } from '../../../src/runtime/train/network.ts';
import { common as sequence } from './fixture.ts';
import { type LayerEngine, layerEngine, values } from './layers/engines.ts';

const common = { weights: 'none', batchNorm: 'trained' } as const;

describe('a whole network', () => {
  let engine: LayerEngine;
  beforeAll(async () => {
    engine = (await layerEngine('reference')) ?? expect.fail('no engine');
  });
  const onEngine = (tensors: ReturnType<typeof initialise>): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { data, shape }]) => [name, engine.tf.tensor(data, [...shape])]),
    );

  const small = [
    [smallCnn, { width: 0.5, blocks: 3 }, 16],
    [resnet50, { width: 0.05, blocks: 0.3, variant: 'torchvision' }, 32],
    [resnet50V2, { width: 0.05, blocks: 0.5 }, 32],
    [inceptionResnetV2, { width: 0.05, blocks: 0.1 }, 75],
    [densenet121, { width: 0.1, blocks: 0.1, variant: 'keras' }, 32],
    [efficientnetB0, { width: 0.1, blocks: 0.3, dropConnect: 0 }, 32],
    [mobilenetV2, { width: 0.1, blocks: 0.3, variant: 'keras' }, 32],
  ] as const;

  it.each(small.map(([component, params, size]) => ({ name: component.name, component, params, size })))(
    'of $name, small, gives the shapes that it described, reaches every weight, and moves every average',
    ({ component, params, size }) => {
      const { tf } = engine;
      const network = backboneNetwork(
        component as unknown as Backbone,
        { ...params, ...common },
        { size, channels: 1 },
      );
      const images = tf.randomUniform([2, size, size, 1], 0, 255, 'float32', 1);
      const weights = onEngine(initialise(network.spec, 1));
      const trainable = network.spec.weights.filter((weight) => weight.trainable).map(({ name }) => name);
      const averages = network.spec.weights.filter((weight) => !weight.trainable).map(({ name }) => name);
      const seen: { embedding?: readonly number[]; updates?: string[] } = {};
      const loss = (...tensors: Tensor[]) => {
        const own = { ...weights, ...Object.fromEntries(trainable.map((name, i) => [name, tensors[i] as Tensor])) };
        const layers = tensorLayers({ engine, weights: own, training: true, batchNorm: 'trained', seed: null });
        const { logits, embedding } = network.forward(layers, tf, { images });
        expect(logits.shape).toEqual([2, 6]);
        seen.embedding = embedding?.shape ?? [];
        seen.updates = Object.keys(layers.updates());
        return tf.sum(tf.square(logits));
      };
      // tf.grads throws where a weight leads nowhere.
      const gradients = tf.grads(loss)(trainable.map((name) => weights[name] as Tensor));
      expect(seen.embedding).toEqual([2, network.spec.width]);
      expect(seen.updates?.sort()).toEqual(averages.sort());
      expect(gradients.map(({ shape }) => shape)).toEqual(trainable.map((name) => weights[name]?.shape));
      expect(values(gradients[0] as Tensor).some((value) => value !== 0)).toBe(true);
    },
  );

  it('repeats one channel where the backbone takes three', () => {
    const { tf } = engine;
    const component = resnet50V2 as unknown as Backbone;
    const params = { width: 0.05, blocks: 0.1, ...common };
    const image = tf.randomUniform([1, 32, 32, 1], 0, 255, 'float32', 2);
    const run = (images: Tensor, channels: number) => {
      const network = backboneNetwork(component, params, { size: 32, channels });
      const weights = onEngine(initialise(network.spec, 1));
      const layers = tensorLayers({ engine, weights, training: false, batchNorm: 'trained', seed: null });
      return values(network.forward(layers, tf, { images }).logits);
    };
    expect(run(image, 1)).toEqual(run(tf.tile(image, [1, 1, 1, 3]), 3));
  });

  it('ends in a layer of six labels named predictions, Glorot uniform with zero bias', () => {
    const { weights } = describeBackbone(
      smallCnn as unknown as Backbone,
      { width: 1, blocks: 4, ...common },
      { size: 64, channels: 3 },
    );
    expect(weights.slice(-2)).toEqual([
      { name: 'predictions/kernel', shape: [96, 6], initializer: 'glorot-uniform', trainable: true },
      { name: 'predictions/bias', shape: [6], initializer: 'zeros', trainable: true },
    ]);
  });
});

describe('a component that breaks its contract', () => {
  const liar = defineBackbone({
    name: 'liar',
    version: 1,
    summary: 'Promises eight features.',
    params: Type.Object({}),
    contract: () => ({ channels: 'any', minimumSize: 1, pixels: 'unit', embedding: 8, weights: ['none'] }),
    network: (layers, images) => layers.globalAveragePool(images),
  });

  it('is told so by name', () => {
    expect(() => describeBackbone(liar, common, { size: 4, channels: 3 })).toThrow(/liar.*\[any, 3\].*width 8/);
  });

  it('and a sequence network that loses its steps too', () => {
    const flat = {
      ...liar,
      kind: 'sequence',
      contract: () => ({ needs: 'embeddings', width: 3 }),
    } as unknown as Sequence;
    const lost = { ...flat, network: <T>(_: unknown, x: T) => x } as Sequence;
    const params = { ...sequence, steps: 5 } as const;
    expect(describeSequence(lost, params, { embedding: 3 }).output).toEqual([null, 5, 6]);
    const first = { ...lost, network: () => [null, 3] } as unknown as Sequence;
    expect(() => describeSequence(first, params, { embedding: 3 })).toThrow(/liar.*3 axes/);
  });
});
