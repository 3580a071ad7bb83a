import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import { tensorLayers } from '../../../src/runtime/train/layers/tensors.ts';
import { openNpy } from '../../../src/runtime/weights/formats/npy.ts';
import { openFor } from '../../../src/runtime/weights/load.ts';
import { targetOf } from '../../../src/runtime/weights/ready.ts';
import { parameters } from '../../../src/testing/params.ts';
import { engines, type TestEngine } from '../../engine.ts';
import { sharedData } from '../../shared-data.ts';
import { backbone, networkOf } from './equal.ts';

/** Real weights and photos: random weights cannot show that each tensor is in its place, a named cat can. */
const data = sharedData('weights');
const SIZE = 224;
const PHOTOS = ['cat_720p', 'hot_dog', 'pets'];

async function photos(): Promise<Float32Array> {
  const all = new Float32Array(PHOTOS.length * SIZE * SIZE * 3);
  for (const [i, photo] of PHOTOS.entries()) {
    const bytes = await sharp(join(data as string, 'photos', `${photo}_224.png`))
      .removeAlpha()
      .raw()
      .toBuffer();
    all.set(bytes, i * SIZE * SIZE * 3);
  }
  return all;
}

/** What a recipe says of its pictures: three windows, and no weights of their own. */
const RECIPE = {
  windows: { brain: { type: 'linear', level: 40, width: 80 } },
  channels: ['brain', 'brain', 'brain'].map((window) => ({ window })),
  data: { image: { size: SIZE } },
} as unknown as ResolvedRecipe;
const registry = createRegistry(builtIn);

/** The file as a recipe's `weights: { file }` would load it: opened, mapped, and put in the place of initial weights. */
async function loaded(type: string, file: string) {
  const path = join(data as string, file);
  const value = { ...parameters(backbone(type)), weights: { file: path }, batchNorm: 'frozen' };
  const target = targetOf(value, { recipe: RECIPE, registry }, { size: SIZE, channels: 3 });
  const origin = { from: 'file', file: path, partial: null } as const;
  const open = await openFor(path, { origin, identity: 'sha256:', place: { is: 'file', path } }, target);
  try {
    const { network } = networkOf({ component: backbone(type), library: null, params: {} }, SIZE);
    const weights = await open.load(initialise(network.spec, 0));
    const tensors = new Map<string, Stored>();
    for (const { name, layer, place, shape, read } of open.file.tensors)
      if (open.facts.leftOut.includes(name))
        tensors.set(layer === null ? name : `${layer}/${place}`, { shape, data: await read() });
    return { network, weights, facts: open.facts, left: (name: string) => tensors.get(name) ?? expect.fail(name) };
  } finally {
    await open.close();
  }
}

interface Stored {
  shape: readonly number[];
  data: Float32Array;
}

/** Embeddings of the photos `[3, 1280]`, and what the file's own classifier makes of them. `outputsFirst`: `[classes, 1280]`. */
function named(
  on: TestEngine,
  images: Float32Array,
  { network, weights }: Awaited<ReturnType<typeof loaded>>,
  { kernel, bias, outputsFirst }: { kernel: Stored; bias: Stored; outputsFirst: boolean },
) {
  const [embeddings, probabilities] = on.values(() => {
    const { engine } = on;
    const { tf } = engine;
    const own: Record<string, Tensor> = {};
    for (const [name, { data: values, shape }] of Object.entries(weights))
      own[name] = tf.tensor(values as Float32Array, [...shape]);
    const layers = tensorLayers({ engine, weights: own, training: false, batchNorm: 'frozen', seed: null });
    const inputs = { images: tf.tensor(images, [PHOTOS.length, SIZE, SIZE, 3]) };
    const { embedding } = network.forward(layers, tf, inputs);
    const matrix = tf.tensor2d(kernel.data, kernel.shape as [number, number]);
    const logits = tf.add(tf.matMul(embedding as never, matrix, false, outputsFirst), tf.tensor1d(bias.data));
    return [embedding as Tensor, tf.softmax(logits as never)];
  }) as [number[], number[]];
  const classes = probabilities.length / PHOTOS.length;
  const top = PHOTOS.map((_, i) =>
    probabilities
      .slice(i * classes, (i + 1) * classes)
      .map((probability, index) => ({ index, probability }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, 2),
  );
  return { embeddings, top };
}

describe.skipIf(data === null).each(await engines())('real weights, on $kind', (on) => {
  let images: Float32Array;
  let labels: string[];
  beforeAll(async () => {
    images = await photos();
    labels = readFileSync(join(data as string, 'imagenet_labels.txt'), 'utf8')
      .trim()
      .split('\n');
  });

  it('EfficientNet-Lite0 names the cat, the hot dog and the dog', async () => {
    const net = await loaded('efficientnet-lite0', 'efficientnet-lite0.safetensors');
    expect(net.facts).toMatchObject({ names: 'efficientnet-pytorch', tensors: net.facts.of, partial: null });
    expect(net.facts.leftOut).toEqual(expect.arrayContaining(['_fc.weight', '_fc.bias']));
    const classifier = { kernel: net.left('_fc.weight'), bias: net.left('_fc.bias'), outputsFirst: true };
    const { top } = named(on, images, net, classifier);
    // Without background: the first line of the labels is none of its classes.
    const words = top.map((two) => two.map(({ index }) => labels[index + 1]));
    expect(words[0]).toEqual(['Egyptian cat', 'tiger cat']);
    expect([words[1]?.[0], words[2]?.[0]]).toEqual([
      expect.stringMatching(/^hotdog/),
      expect.stringMatching(/^Boston bull/),
    ]);
    const near = (photo: number, place: number, expected: number, digits: number) =>
      expect(top[photo]?.[place]?.probability, `${PHOTOS[photo]}`).toBeCloseTo(expected, digits);
    near(0, 0, 0.36, 2);
    near(0, 1, 0.23, 2);
    near(1, 0, 0.993, 3);
    near(2, 0, 0.29, 2);
  });

  it('MobileNetV2 with its folded batch norm does, with the features of the float model', async () => {
    const net = await loaded('mobilenet-v2', 'layers.json');
    expect(net.facts).toMatchObject({ names: 'slim', tensors: net.facts.of, format: 'arrays' });
    const classifier = { kernel: net.left('Logits/0'), bias: net.left('Logits/1'), outputsFirst: false };
    const { embeddings, top } = named(on, images, net, classifier);

    const features = await (await openNpy(join(data as string, 'expected_features.npy'))).read();
    expect(Math.max(...embeddings.map((value, i) => Math.abs(value - (features[i] as number))))).toBeLessThan(2e-4);
    expect(top.map(([first]) => first?.index)).toEqual([286, 935, 196]);
    [0.68373, 0.427692, 0.738289].forEach((expected, photo) => {
      expect(top[photo]?.[0]?.probability).toBeCloseTo(expected, 3);
    });
    expect(labels[286]).toBe('Egyptian cat');
  });
});
