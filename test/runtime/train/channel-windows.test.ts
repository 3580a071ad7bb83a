import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import windowJitter from '../../../plugins/augmentations/window-jitter.ts';
import smallCnn from '../../../plugins/backbones/small-cnn.ts';
import { builtIn } from '../../../plugins/index.ts';
import linear from '../../../plugins/windows/linear.ts';
import { type Backbone, defineBackbone, defineWindow, type Layers, Type } from '../../../src/index.ts';
import type { Component } from '../../../src/registry/kinds/component.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { readCheckpoint } from '../../../src/runtime/artifacts/checkpoints.ts';
import type { HostTensors } from '../../../src/runtime/engine/engine.ts';
import { planRecipe } from '../../../src/runtime/plan/plan.ts';
import {
  applyWindows,
  augmentedChannels,
  type ChannelWindows,
  channelWindows,
} from '../../../src/runtime/train/channel-windows.ts';
import { fitNetwork } from '../../../src/runtime/train/fit.ts';
import { assertFits } from '../../../src/runtime/train/fits.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import { tensorLayers } from '../../../src/runtime/train/layers/tensors.ts';
import { backboneNetwork, describeBackbone } from '../../../src/runtime/train/network.ts';
import { networkCosts } from '../../../src/runtime/train/network-costs.ts';
import { engines } from '../../engine.ts';
import { components } from './fixture.ts';
import { sigmoidWindow } from './sigmoid-window.ts';
import { block, temporary, backbone as toyBackbone, toyContext, toyFit } from './toy.ts';

const registry = createRegistry([...components, sigmoidWindow as Component]);
const soft = { type: 'test/sigmoid', start: 0.5, steepness: 8 };
const brain = { type: 'linear', level: 40, width: 80 };
const windowsOf = (...values: { type: string }[]): ChannelWindows =>
  channelWindows(
    {
      windows: Object.fromEntries(values.map((value, i) => [`w${i}`, value])),
      channels: values.map((_, i) => ({ window: `w${i}` })),
    },
    registry,
  );

const component = smallCnn as Backbone;
const params = { width: 0.25, blocks: 1, weights: 'none', batchNorm: 'trained' } as const;
const size = 16;
const SHIFT = 'window_0/edge/shift';
const RATIO = 'window_0/edge/ratio';

describe('the network of a recipe with learned windows', () => {
  it('holds their weights by channel, before the backbone’s own, and counts them', () => {
    const plain = describeBackbone(component, params, { size, channels: 3 });
    const learned = describeBackbone(component, params, { size, channels: 3, windows: windowsOf(soft, brain, soft) });
    expect(learned.weights.slice(0, 4)).toEqual(
      [SHIFT, RATIO, 'window_2/edge/shift', 'window_2/edge/ratio'].map((name) => ({
        name,
        shape: [1],
        initializer: 'zeros',
        trainable: true,
      })),
    );
    expect(learned.weights.slice(4)).toEqual(plain.weights);
    expect(learned.parameters.trainable).toBe(plain.parameters.trainable + 4);
    expect(learned.multiplyAdds).toBe(plain.multiplyAdds + 2 * 16 * 16);
  });

  it('is what costs and limits are found from', () => {
    const recipe = {
      data: { image: { size } },
      windows: { a: soft, b: brain },
      channels: [{ window: 'a' }, { window: 'b' }],
      backbone: toyBackbone,
      sequence: 'none',
      train: { backbone: { ...block, batch: 1 } },
    } as unknown as ResolvedRecipe;
    const plain = describeBackbone(component, params, { size, channels: 2 });
    const { parameters } = networkCosts(recipe, registry).backbone!;
    expect(parameters).toBe(plain.parameters.total + 2);
    const limits = { parameters: parameters - 1, multiplyAddsPerStep: null };
    expect(() => assertFits(recipe, registry, { kind: 'wasm', limits })).toThrow(/too large/);
  });

  it('is the same as ever where no window learns: not one operation more', async () => {
    const spec = describeBackbone(component, params, { size, channels: 2 });
    expect(describeBackbone(component, params, { size, channels: 2, windows: windowsOf(brain, brain) })).toEqual(spec);
    const [{ engine, use } = expect.fail()] = await engines();
    use(() => {
      const images = engine.tf.ones([1, 4, 4, 2]);
      const layers = tensorLayers({ engine, weights: {}, training: false, batchNorm: 'frozen', seed: null });
      expect(applyWindows(engine.tf, layers, windowsOf(brain, brain), images)).toBe(images);
    });
  });

  it('is refused where a layer changes the shape of its channel, or gives nothing', () => {
    const broken = (layer: <T>(layers: Layers<T>, channel: T) => T) =>
      describeBackbone(component, params, { size, channels: 1, windows: [{ name: 'acme/odd', layer }] });
    expect(() => broken((layers, x) => layers.conv('c', x, { filters: 2, kernel: 1 }))).toThrow(
      expect.objectContaining({
        code: 'network-invalid',
        message: expect.stringMatching(/acme\/odd.*\[any, 16, 16, 2\]/),
      }),
    );
    expect(() => broken((() => undefined) as never)).toThrow(/acme\/odd gives nothing/);
  });

  it('is refused where a backbone uses a name of theirs', () => {
    const clash = defineBackbone({
      name: 'clash',
      version: 1,
      summary: 'test',
      params: Type.Object({}),
      contract: () => ({ channels: 'any', minimumSize: 1, pixels: 'unit', embedding: 1, weights: ['none'] }),
      network: (layers, x) => layers.globalAveragePool(layers.conv('window_0/c', x, { filters: 1, kernel: 1 })),
    });
    const layer = <T>(layers: Layers<T>, x: T): T => layers.conv('c', x, { filters: 1, kernel: 1 });
    expect(() =>
      describeBackbone(clash as Backbone, params, { size, channels: 1, windows: [{ name: 'w', layer }] }),
    ).toThrow(/two of its layers are named window_0\/c/);
  });
});

describe('keys', () => {
  const recipe = (start: number) =>
    ({
      recipe: 1,
      name: 'keys',
      seed: 0,
      data: {
        seed: 0,
        source: { type: 'phantom' },
        split: { type: 'by-patient', validation: 0.1 },
        image: { size: 32, interpolation: 'linear' },
        limit: null,
      },
      windows: { a: { ...soft, start } },
      channels: [{ window: 'a' }],
      augment: [],
      backbone: toyBackbone,
      sequence: 'none',
      train: { backbone: block, sequence: block },
      evaluation: { metrics: [{ type: 'mean-log-loss', level: 'slice', score: 'rule' }], patient: {} },
      smoke: false,
    }) as unknown as ResolvedRecipe;
  const all = createRegistry([...builtIn, sigmoidWindow as Component]);

  it('hold a parameter that only the layer reads: in the shards’ slice, whose key the backbone’s holds', () => {
    const instances = (start: number) =>
      new Map(planRecipe(recipe(start), all).instances.map((instance) => [instance.id, instance]));
    const [low, high] = [instances(0.25), instances(0.5)];
    expect(low.get('shards')?.slice).toMatchObject({ channels: [{ name: 'test/sigmoid', params: { start: 0.25 } }] });
    expect(high.get('shards')?.slice).toMatchObject({ channels: [{ name: 'test/sigmoid', params: {} }] });
    expect(low.get('backbone')?.reads).toContain('shards');
    expect(low.get('embed')?.reads).toContain('backbone');
  });
});

describe.each(await engines())('learned windows on $kind', ({ engine, use, values }) => {
  const { tf } = engine;
  const windows = windowsOf(soft, brain, soft);
  const network = backboneNetwork(component, params, { size, channels: 3, windows });
  const bytes = (channels: number) =>
    Float32Array.from({ length: 2 * size * size * channels }, (_, i) => (i * 7919) % 256);

  /** The value at one weight moved, all in one call: logits squared and summed. */
  const run = (weights: HostTensors, of: typeof network, channels: number) => {
    const layers = tensorLayers({
      engine,
      weights: onEngine(weights),
      training: false,
      batchNorm: 'trained',
      seed: null,
    });
    const images = tf.tensor4d(bytes(channels), [2, size, size, channels]);
    return of.forward(layers, tf, { images }).logits;
  };
  const onEngine = (weights: HostTensors): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));
  const moved = (weights: HostTensors, name: string, value: number): HostTensors => ({
    ...weights,
    [name]: { shape: [1], dtype: 'float32', data: Float32Array.of(value) },
  });

  it.each([SHIFT, RATIO, 'window_2/edge/shift', 'window_2/edge/ratio'])(
    'the gradient of %s is the slope that finite differences find',
    (name) => {
      const weights = initialise(network.spec, 1);
      const [[analytic = Number.NaN] = []] = values(() => {
        const all = onEngine(weights);
        const images = tf.tensor4d(bytes(3), [2, size, size, 3]);
        const loss = (w: Tensor) => {
          const layers = tensorLayers({
            engine,
            weights: { ...all, [name]: w },
            training: false,
            batchNorm: 'trained',
            seed: null,
          });
          return tf.sum(tf.square(network.forward(layers, tf, { images }).logits));
        };
        return [tf.grad(loss)(all[name] as Tensor)];
      });
      const at = (value: number) =>
        values(() => [tf.sum(tf.square(run(moved(weights, name, value), network, 3)))])[0]?.[0] as number;
      // Small, so that few of the ReLUs behind change sides within it.
      const step = 0.004;
      const numeric = (at(step) - at(-step)) / (2 * step);
      expect(Math.abs(numeric)).toBeGreaterThan(1e-3);
      expect(Math.abs(analytic - numeric)).toBeLessThan(0.02 * Math.abs(numeric));
    },
  );

  it('look at their own channel only, as bytes / 255, and leave the others as they are', () => {
    const [seen] = values(() => {
      const layers = tensorLayers({
        engine,
        weights: onEngine({ ...initialise(network.spec, 1), ...moved({}, SHIFT, 0.1) }),
        training: false,
        batchNorm: 'trained',
        seed: null,
      });
      return [applyWindows(tf, layers, windows, tf.tensor4d([51, 52, 53, 204, 205, 206], [1, 1, 2, 3]))];
    });
    const sigmoid = (x: number) => 255 / (1 + Math.exp(-8 * x));
    const expected = [
      sigmoid(51 / 255 - 0.6),
      52,
      sigmoid(53 / 255 - 0.5),
      sigmoid(204 / 255 - 0.6),
      205,
      sigmoid(206 / 255 - 0.5),
    ];
    for (const [i, value] of expected.entries()) expect(seen?.[i]).toBeCloseTo(value, 3);
    expect([seen?.[1], seen?.[4]]).toEqual([52, 205]);
  });

  it('stand before a channel is repeated for a backbone of three', () => {
    const three = {
      ...component,
      contract: () => ({ ...component.contract(params), channels: 3 }),
    } as Backbone;
    const once = backboneNetwork(three, params, { size, channels: 1, windows: windowsOf(soft) });
    expect(once.spec.weights.slice(0, 2).map(({ name }) => name)).toEqual([SHIFT, RATIO]);
    const weights = initialise(once.spec, 1);
    const [a, b] = values(() => [run(weights, once, 1), run(moved(weights, SHIFT, 0.3), once, 1)]);
    expect(a).not.toEqual(b);
  });

  const trained = async (folder: string, context = toyContext(folder)) =>
    fitNetwork(toyFit(engine, context, { windows: windowsOf(soft) }));
  const numbers = (weights: HostTensors) =>
    Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, [...data]]));

  it('are moved by training, and go on exactly after an interruption', async () => {
    use(() => tf.scalar(0));
    const calm = await trained(await temporary());
    expect(Math.abs(calm.weights[SHIFT]?.data[0] as number)).toBeGreaterThan(1e-3);
    expect(Math.abs(calm.weights[RATIO]?.data[0] as number)).toBeGreaterThan(1e-3);
    const folder = await temporary();
    const disturbed = toyContext(folder, (done) => {
      if (done > 25) disturbed.abort.abort(new Error('interrupted'));
    });
    await expect(trained(folder, disturbed)).rejects.toThrow('interrupted');
    const names = Object.keys((await readCheckpoint(folder))?.state ?? {});
    expect(names).toContain(`weights/${SHIFT}`);
    expect(names).toContain(`slots/v/${RATIO}`);
    const resumed = await trained(folder);
    expect(resumed.history).toEqual(calm.history);
    expect(numbers(resumed.weights)).toEqual(numbers(calm.weights));
  });

  it('learn a level: from one that shows nothing to one between the classes', async () => {
    // The mean grey is all that this network sees. Bright images lie about 150 / 255 = 0.59, dark ones about
    // 80 / 255 = 0.31; an edge at 0.95 shows both as black.
    const mean = {
      ...component,
      contract: () => ({ ...component.contract(params), embedding: 1 }),
      network: <T>(layers: Layers<T>, x: T) => layers.globalAveragePool(x),
    } as Backbone;
    const blind = windowsOf({ ...soft, start: 0.95, steepness: 20 } as typeof soft);
    const optimizer = { ...block.optimizer, learningRate: 0.05 };
    const sides = { train: 40, validation: 20, batch: 8, epochs: 20, optimizer };
    const options = toyFit(engine, toyContext(await temporary()), sides);
    const seeing = backboneNetwork(mean, params, { size, channels: 1, windows: blind });
    const { history, weights } = await fitNetwork({ ...options, network: seeing });
    const level = 0.95 + (weights[SHIFT]?.data[0] as number);
    expect(level).toBeGreaterThan(0.31);
    expect(level).toBeLessThan(0.7);
    expect(history[0]?.validation?.['mean-log-loss']).toBeGreaterThan(0.6);
    expect(history.at(-1)?.validation?.['mean-log-loss']).toBeLessThan(0.5);
  });
});

it('a window without a layer is none', () => {
  const plain = defineWindow({
    name: 'plain',
    version: 1,
    summary: 'test',
    params: Type.Object({}),
    contract: () => ({}),
    scale: (hu) => hu,
  });
  const own = createRegistry([plain as Component]);
  expect(channelWindows({ windows: { p: { type: 'plain' } }, channels: [{ window: 'p' }] }, own)).toEqual([null]);
});

describe.each(await engines())('a window with a margin on $kind', ({ engine, values }) => {
  const { tf } = engine;
  const narrow = { type: 'linear', level: 40, width: 80 };
  const wide = { ...narrow, margin: 0.25 };
  /** As shards hold it. */
  const byteOf = (window: typeof narrow, hu: number) => Math.round(255 * linear.scale(hu, window));
  const hu = Array.from({ length: 256 }, (_, i) => i - 88);
  const image = (window: typeof narrow) =>
    tf.tensor4d(
      hu.map((one) => byteOf(window, one)),
      [1, 16, 16, 1],
    );
  const seen = (images: () => Tensor) =>
    values(() => [applyWindows(tf, {} as Layers<Tensor>, windowsOf(wide), images())])[0] as number[];
  // Half a grey of the wide window, which is 1.5 times as wide, and half of one that is shown.
  const rounding = 0.5 * 1.5 + 0.5 + 1e-3;

  it('is seen by the network as the window itself, but for rounding', () => {
    seen(() => image(wide)).forEach((grey, i) => {
      expect(Math.abs(grey - byteOf(narrow, hu[i] as number))).toBeLessThanOrEqual(rounding);
    });
  });

  it('shows, jittered, the drawn level and width, but for rounding', () => {
    const [level, width] = [0.1, 0.3];
    const jittered = { type: 'linear', level: 40 + level * 80, width: 80 * (1 + width) };
    const grey = seen(() =>
      windowJitter.pixels!.apply(
        tf,
        image(wide),
        tf.tensor2d([[level, width]]),
        tf.tensor1d([1]),
        { probability: 1, level, width },
        augmentedChannels(windowsOf(wide)),
      ),
    );
    grey.forEach((one, i) => {
      expect(Math.abs(one - byteOf(jittered, hu[i] as number))).toBeLessThanOrEqual(rounding);
    });
    // Tissue that the window itself has cut off is seen.
    expect(grey[hu.indexOf(88)]).toBeLessThan(254);
    expect(seen(() => image(wide))[hu.indexOf(88)]).toBe(255);
  });

  it('beside one without: that one comes out as the same numbers', () => {
    const stored = [10.5, 20, 30, 255];
    const [found = []] = values(() => [
      applyWindows(tf, {} as Layers<Tensor>, windowsOf(narrow, wide), tf.tensor4d(stored, [1, 1, 2, 2])),
    ]);
    expect([found[0], found[2]]).toEqual([10.5, 30]);
    expect(found[3]).toBe(255);
  });
});
