import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WeightNames } from '../../../src/index.ts';
import { readSafetensors } from '../../../src/runtime/artifacts/safetensors.ts';
import type { NetworkWeight } from '../../../src/runtime/train/layers/spec.ts';
import { tensorLayers } from '../../../src/runtime/train/layers/tensors.ts';
import { permuted, sourceOf } from '../../../src/runtime/weights/forms.ts';
import { ownWeights } from '../../../src/testing/own-weights.ts';
import { engines, type TestEngine } from '../../engine.ts';
import { sharedData } from '../../shared-data.ts';
import { backbone, networkOf } from './equal.ts';

/** Real weights and photos: random weights cannot show that each tensor is in its place, a named cat can. */
const data = sharedData('weights');
const SIZE = 224;
const PHOTOS = ['cat_720p', 'hot_dog', 'pets'];

interface Stored {
  shape: readonly number[];
  data: Float32Array;
}
/** Of a file, by the names that `sourceOf` gives. */
type Read = (name: string) => Stored;

const own = (weight: NetworkWeight, names: WeightNames, read: Read): Float32Array => {
  const source = sourceOf(weight, names);
  if (source === null) return expect.fail(`nothing is named for ${weight.name}`);
  const size = weight.shape.reduce((product, side) => product * side, 1);
  if ('constant' in source) return new Float32Array(size).fill(source.constant);
  const { shape, data } = read(source.name);
  const values = permuted(data, shape, source.permute);
  expect(source.permute ? source.permute.map((axis) => shape[axis]) : shape, weight.name).toEqual(weight.shape);
  return values;
};

/** A NumPy array of version 1, little-endian, rows first. */
function npy(path: string): Stored {
  const file = readFileSync(path);
  const length = file.readUInt16LE(8);
  const header = file.subarray(10, 10 + length).toString('latin1');
  expect(header).toContain("'fortran_order': False");
  const shape = [...(/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '').matchAll(/\d+/g)].map(Number);
  const bytes = new Uint8Array(file.subarray(10 + length));
  const values =
    /'descr': '(<f4|\|i1)'/.exec(header)?.[1] === '<f4' ? new Float32Array(bytes.buffer) : new Int8Array(bytes.buffer);
  return { shape, data: Float32Array.from(values) };
}

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

/** Embeddings of the photos `[3, 1280]`, and what a classifier `[classes, 1280]` makes of them. */
function named(
  on: TestEngine,
  images: Float32Array,
  of: { component: string; names: string; read: Read },
  classifier: { kernel: Stored; bias: Stored },
) {
  const component = backbone(of.component);
  const names = component.names?.[of.names] ?? expect.fail(`${of.component} has no names of ${of.names}`);
  const { network } = networkOf({ component, library: null, params: {} }, SIZE);
  const [embeddings, probabilities] = on.values(() => {
    const { engine } = on;
    const { tf } = engine;
    const weights: Record<string, Tensor> = {};
    for (const weight of ownWeights(network.spec.weights))
      weights[weight.name] = tf.tensor(own(weight, names, of.read), [...weight.shape]);
    // Our own layer on six labels is not looked at.
    weights['predictions/kernel'] = tf.zeros([1280, 6]);
    weights['predictions/bias'] = tf.zeros([6]);
    const layers = tensorLayers({ engine, weights, training: false, batchNorm: 'trained', seed: null });
    const inputs = { images: tf.tensor(images, [PHOTOS.length, SIZE, SIZE, 3]) };
    const { embedding } = network.forward(layers, tf, inputs);
    const kernel = tf.tensor2d(classifier.kernel.data, classifier.kernel.shape as [number, number]);
    const logits = tf.add(tf.matMul(embedding as never, kernel, false, true), tf.tensor1d(classifier.bias.data));
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
    const { tensors } = await readSafetensors(join(data as string, 'efficientnet-lite0.safetensors'));
    const read = (name: string) => (tensors[name] ?? expect.fail(`the file has no ${name}`)) as Stored;
    const { top } = named(
      on,
      images,
      { component: 'efficientnet-lite0', names: 'efficientnet-pytorch', read },
      { kernel: read('_fc.weight'), bias: read('_fc.bias') },
    );
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

  it('MobileNetV2 with its folded batch norm does, with the features of the float model', () => {
    interface Layer {
      name: string;
      kernel?: string;
      bias?: string;
      kernelLayout?: string;
    }
    const at = (file: string) => npy(join(data as string, file));
    const { layers } = JSON.parse(readFileSync(join(data as string, 'layers.json'), 'utf8')) as { layers: Layer[] };
    const read: Read = (name) => {
      const place = name.lastIndexOf('/');
      const layer = layers.find((one) => one.name === name.slice(0, place)) ?? expect.fail(`there is no ${name}`);
      if (name.endsWith('/1')) return at(layer.bias as string);
      // Both layouts have the channels that come out last, or alone: [o, h, w, i] and [1, h, w, c].
      const { shape, data } = at(layer.kernel as string);
      const axes = [1, 2, 3, 0];
      return { shape: axes.map((axis) => shape[axis] as number), data: permuted(data, shape, axes) };
    };
    const [int8, scale] = [at('npy/derived_Logits_int8.npy'), at('npy/derived_Logits_scale.npy')];
    const kernel = { ...int8, data: int8.data.map((value, i) => value * (scale.data[Math.floor(i / 1280)] as number)) };
    const bias = at(layers.find(({ name }) => name === 'Logits')?.bias as string);
    const { embeddings, top } = named(on, images, { component: 'mobilenet-v2', names: 'slim', read }, { kernel, bias });

    const features = at('expected_features.npy').data;
    expect(Math.max(...embeddings.map((value, i) => Math.abs(value - (features[i] as number))))).toBeLessThan(2e-4);
    expect(top.map(([first]) => first?.index)).toEqual([286, 935, 196]);
    [0.68373, 0.427692, 0.738289].forEach((expected, photo) => {
      expect(top[photo]?.[0]?.probability).toBeCloseTo(expected, 3);
    });
    expect(labels[286]).toBe('Egyptian cat');
  });
});
