import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import {
  type Backbone,
  defineBackbone,
  defineSequence,
  type Layers,
  type Sequence,
  type TF,
  Type,
} from '../../src/index.ts';
import { testComponent } from '../../src/testing/index.ts';
import { expectBroken } from './broken.ts';

const params = Type.Object({
  filters: Type.Integer({ default: 4, minimum: 1, maximum: 64, description: 'Filters.' }),
});
type Own = { filters: number };
const contract = (changes: object = {}) => ({
  channels: 'any' as const,
  minimumSize: 8,
  pixels: 'unit' as const,
  embedding: 4,
  weights: ['none'],
  ...changes,
});

describe('a backbone', () => {
  type Net = <T>(layers: Layers<T>, images: T, params: Own) => T;
  const stem: Net = (layers, images, { filters }) =>
    layers.relu(layers.conv('stem', images, { filters, kernel: 3, stride: 2, padding: 'same' }));
  const sound: Net = (layers, images, own) => layers.globalAveragePool(stem(layers, images, own));
  const backbone = (
    network: Net,
    changes: object = {},
    of = (own: Own) => contract({ embedding: own.filters, ...changes }),
  ) =>
    defineBackbone({
      name: 'acme/net',
      version: 1,
      summary: 'A network.',
      params,
      contract: of,
      network,
    } as unknown as Omit<Backbone<typeof params>, 'kind'>);
  /** `sound` with one more step, written with tf. */
  const custom =
    (apply: (tf: TF, x: Tensor, w: Tensor) => Tensor, shape = (x: readonly (number | null)[]) => x): Net =>
    (layers, images, own) =>
      layers.globalAveragePool(
        layers.custom('own', [stem(layers, images, own)], {
          weights: { w: { shape: [1], initializer: 'ones', trainable: true } },
          shape: ([x]) => shape(x!),
          apply: (tf, [x], { w }) => apply(tf, x!, w!),
        }),
      );

  describe('with the names of another library', () => {
    const named = (changes: object) =>
      ({
        ...backbone(sound),
        names: { other: { form: 'torch', classifier: ['fc'], layer: (name: string) => `net.${name}`, ...changes } },
      }) as unknown as Backbone;

    it('passes where each layer has one of its own', async () => {
      expect((await testComponent(named({}))).checked).toContain('names');
    });
    it('is caught where two layers share one', () => {
      const two: Net = (layers, images, own) =>
        layers.globalAveragePool(layers.batchNorm('norm', stem(layers, images, own)));
      const names = { other: { form: 'torch', classifier: [], layer: () => 'net' } };
      const broken = { ...backbone(two), names } as unknown as Backbone;
      return expectBroken(broken, 'names', /stem and norm are both called net.*names of other/);
    });
    it('is caught where none has one, or one is no name', async () => {
      await expectBroken(named({ layer: () => null }), 'names', /no layer has a name/);
      await expectBroken(named({ layer: () => undefined }), 'names', /give the library's name, or null/);
    });
    it('is caught where a layer is one that is left out', () =>
      expectBroken(
        named({ layer: (name: string) => (name === 'stem' ? 'fc' : name), classifier: ['fc', 'stem', 'conv'] }),
        'names',
        /left out/,
      ));
    it('is caught where it needs a parameter that is none, or has a form that is none', async () => {
      await expectBroken(named({ needs: { variant: 'x' } }), 'names', /variant, which is no parameter/);
      await expectBroken(named({ form: 'caffe' }), 'names', /form is "caffe"; say one of torch, folded/);
    });
  });

  it('that is sound passes', async () => {
    expect((await testComponent(backbone(sound))).checked.slice(-6)).toEqual([
      'contract',
      'shapes',
      'embedding',
      'shapes: of each layer',
      'determinism',
      'gradients',
    ]);
    await testComponent(backbone(custom((tf, x, w) => tf.mul(x, tf.sigmoid(w)))));
  });
  it('is caught when its embedding has another width than its contract says', () =>
    expectBroken(
      backbone(sound, {}, () => contract({ embedding: 4 })),
      'shapes',
      /gives the shape \[any, 1\]: its contract promises .* width 4.*with filters = 1/,
    ));
  it('is caught when it cannot take its smallest image', () =>
    expectBroken(
      backbone((layers, images, own) =>
        layers.globalAveragePool(layers.conv('wide', images, { filters: own.filters, kernel: 9 })),
      ),
      'shapes',
      /the map of 8 x 8 is smaller than the window 9 x 9 of wide.*minimumSize is 8/,
    ));
  it('is caught when its contract is none', () =>
    expectBroken(
      backbone(sound, { channels: 0, pixels: 'rgb', weights: ['imagenet'] }),
      'contract',
      /channels is 0[\s\S]*pixels is "rgb"[\s\S]*weights is \["imagenet"\]/,
    ));
  it('is caught when two layers have one name', () =>
    expectBroken(
      backbone((layers, images, own) => {
        const x = layers.conv('a', images, { filters: own.filters, kernel: 1 });
        return layers.globalAveragePool(layers.conv('a', x, { filters: own.filters, kernel: 1 }));
      }),
      'shapes',
      /two of its layers are named a/,
    ));
  it('is caught when it has nothing to train', () =>
    expectBroken(
      backbone(
        (layers, images) => layers.globalAveragePool(images),
        {},
        () => contract({ channels: 1, embedding: 1 }),
      ),
      'shapes',
      /no trainable weight/,
    ));
  it('is caught when the `shape` of a layer lies', () =>
    expectBroken(
      backbone(custom((tf, x, w) => tf.mul(tf.avgPool(x as never, 2, 2, 'same'), w))),
      'shapes: of each layer',
      /custom own gives \[3, 2, 2, 4\] on the engine, and its `shape` says \[3, 4, 4, 4\]/,
    ));
  it('is caught when it mixes a batch', () =>
    expectBroken(
      backbone(custom((tf, x, w) => tf.mul(tf.sub(x, tf.mean(x, 0, true)), w))),
      'embedding',
      /beside others than alone/,
    ));
  it('is caught when it draws by itself', () =>
    expectBroken(
      backbone(custom((tf, x, w) => tf.mul(tf.add(x, tf.mul(tf.randomUniform([1]), 1e-3)), w))),
      '(embedding|determinism)',
      /two runs on the same input|beside others/,
    ));
  it('is caught when a gradient is infinite', () =>
    expectBroken(
      backbone(custom((tf, x, w) => tf.mul(tf.add(x, tf.sqrt(tf.mul(tf.relu(x), 0))), w))),
      'gradients',
      /gradient of the weight stem\/.* is/,
    ));
  it('is caught when a gradient is wrong', () =>
    expectBroken(
      backbone(
        custom((tf, x, w) => {
          const op = tf.customGrad((...args: unknown[]) => ({
            value: tf.mul(args[0] as Tensor, 1),
            gradFunc: (dy: unknown) => tf.mul(dy as Tensor, -2) as never,
          })) as unknown as (x: Tensor) => Tensor;
          return op(tf.mul(x, w));
        }),
      ),
      'gradients',
      /rises by .* along them, and it rises by -/,
    ));
  it('is caught when a weight is never used', () =>
    expectBroken(backbone(custom((_tf, x) => x)), 'gradients', /no gradient reaches the weight own\/w/));
  it('is caught when it keeps a tensor', () =>
    expectBroken(backbone(custom((tf, x, w) => tf.keep(tf.mul(x, w)))), 'embedding', /stays in the engine's memory/));
  it('is caught when it is built of other layers on the engine', () =>
    expectBroken(
      backbone((layers, images, own) => {
        const x = stem(layers, images, own);
        return layers.globalAveragePool(Array.isArray(images) ? x : layers.relu(x));
      }),
      'shapes: of each layer',
      /other layers on the engine/,
    ));
});

describe('a sequence', () => {
  type Net = <T>(layers: Layers<T>, embeddings: T, mask: T, params: Own) => T;
  const lstm: Net = (layers, x, mask, { filters }) => layers.biLstm('lstm', x, mask, { cells: filters });
  const sequence = (network: Net, width = (own: Own) => 2 * own.filters, needs = 'embeddings') =>
    defineSequence({
      name: 'acme/sequence',
      version: 1,
      summary: 'A sequence.',
      params,
      contract: (own: Own) => ({ needs, width: width(own) }),
      network,
    } as unknown as Omit<Sequence<typeof params>, 'kind'>);

  it('that is sound passes', async () => {
    expect((await testComponent(sequence(lstm))).checked.slice(-6)).toEqual([
      'contract',
      'shapes',
      'features',
      'shapes: of each layer',
      'determinism',
      'gradients',
    ]);
  });
  it('is caught when its width is another one', () =>
    expectBroken(
      sequence(lstm, () => 8),
      'shapes',
      /its contract promises 3 axes, the last of width 8/,
    ));
  it('is caught when it needs what there is not', () =>
    expectBroken(
      sequence(lstm, (own) => 2 * own.filters, 'images'),
      'contract',
      /needs "images"/,
    ));
  it('is caught when padding reaches the real steps', () =>
    expectBroken(
      sequence((layers, x, mask, own) => {
        const mixed = layers.custom('mix', [x], {
          shape: ([s]) => s!,
          apply: (tf, [t]) => tf.add(t!, tf.mean(t!, 1, true)),
        });
        return layers.biLstm('lstm', mixed, mask, { cells: own.filters });
      }),
      'features',
      /honour the mask|masked steps changes the real ones/,
    ));
  it('is caught when it loses the steps', () =>
    expectBroken(
      sequence(
        (layers, x, _mask, own) =>
          layers.custom('last', [layers.dense('d', x, { units: own.filters })], {
            shape: ([s]) => [s![0]!, s![2]!],
            apply: (tf, [t]) => tf.mean(t!, 1),
          }),
        (own) => own.filters,
      ),
      'shapes',
      /promises 3 axes/,
    ));
});
