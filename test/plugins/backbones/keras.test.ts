import { beforeAll, describe, expect, it } from 'vitest';
import inceptionResnetV2 from '../../../plugins/backbones/inception-resnet-v2.ts';
import resnet50 from '../../../plugins/backbones/resnet-50.ts';
import resnet50V2 from '../../../plugins/backbones/resnet-50-v2.ts';
import type { Backbone } from '../../../src/index.ts';
import { tensorLayers } from '../../../src/runtime/train/layers/tensors.ts';
import { backboneNetwork } from '../../../src/runtime/train/network.ts';
// What Keras' own networks give; made by keras-embeddings.py beside it.
import reference from '../../fixtures/keras-embeddings.json' with { type: 'json' };
import { distance, type LayerEngine, layerEngine, values } from '../../runtime/train/layers/engines.ts';
import { formula, formulaWeights } from './formula.ts';

describe('the embedding equals that of Keras’ network with the same weights', () => {
  let engine: LayerEngine;
  beforeAll(async () => {
    // The native engine where there is one: the others take seconds for these networks.
    engine = (await layerEngine('native')) ?? (await layerEngine('reference')) ?? expect.fail('no engine');
  });

  it.each([resnet50, resnet50V2, inceptionResnetV2] as unknown as Backbone[])('$name', (component) => {
    const { tf } = engine;
    const expected = reference[component.name as 'resnet-50'];
    const { size } = expected;
    const params = { width: 1, blocks: 1, momentum: 0.99, weights: 'none', batchNorm: 'trained' } as const;
    const network = backboneNetwork(component, params, { size, channels: 3 });
    const embedding = tf.tidy(() => {
      const weights = Object.fromEntries(
        Object.entries(formulaWeights(network.spec)).map(([name, { data, shape }]) => [
          name,
          tf.tensor(data, [...shape]),
        ]),
      );
      const bytes = formula('image', size * size * 3, 0, 256).map(Math.floor);
      const layers = tensorLayers({ engine, weights, training: false, batchNorm: 'trained', seed: null });
      return values(network.forward(layers, tf, { images: tf.tensor(bytes, [1, size, size, 3]) }).embedding!);
    });
    expect(embedding.length).toBe(expected.width);
    const every64th = embedding.filter((_, index) => index % 64 === 0);
    expect(distance(every64th, expected.every64th) / expected.largest).toBeLessThan(1e-5);
    expect(Math.max(...embedding.map(Math.abs)) / expected.largest).toBeCloseTo(1, 5);
  });
});
