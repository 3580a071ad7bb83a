import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import binaryCrossEntropy from '../../../plugins/losses/binary-cross-entropy.ts';
import type { Backbone } from '../../../src/index.ts';
import { LIMITS } from '../../../src/runtime/engine/limits.ts';
import { tensorLayers } from '../../../src/runtime/train/layers/tensors.ts';
import { type BackboneParams, backboneNetwork, type Network } from '../../../src/runtime/train/network.ts';
import { parameters } from '../../../src/testing/params.ts';
import { engines, type TestEngine } from '../../engine.ts';
import { formula, formulaBatch, formulaWeights, type Referenced, referenced, summed } from './formula.ts';

interface Summed {
  norm: number;
  along: number;
  some: Readonly<Record<string, { norm: number; first: readonly number[] }>>;
}
/** What a reference's network gave. */
export interface Expected {
  size: number;
  width: number;
  largest: number;
  every64th: readonly number[];
  training: {
    size: number;
    loss: number;
    every64th: readonly number[];
    largest: number;
    gradients: Summed;
    averages: Summed;
  };
}

/** As the scripts have it. */
const ITEMS = 4;
const MOMENTUM = 0.5;
const SHIFT = 2;

export interface Case {
  component: Backbone;
  library: string | null;
  params: Record<string, unknown>;
}

export const backbone = (name: string): Backbone =>
  builtIn.find((one): one is Backbone => one.kind === 'backbone' && one.name === name) ??
  expect.fail(`no backbone ${name}`);

export function networkOf({ component, library, params }: Case, size: number) {
  const own: Record<string, unknown> = { ...parameters(component), ...params, momentum: MOMENTUM };
  // Nothing is drawn: a reference would draw something else.
  if ('dropConnect' in own) Object.assign(own, { dropConnect: 0 });
  const network = backboneNetwork(component, own as unknown as BackboneParams, { size, channels: 3 });
  return { network, all: referenced(component, network.spec, library) };
}

const uploaded = ({ engine: { tf } }: TestEngine, all: readonly Referenced[], shift = 0): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(formulaWeights(all, shift)).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );

/** The embedding of one image in inference. */
export function embedded(on: TestEngine, network: Network, all: readonly Referenced[], size: number): number[] {
  const [embedding] = on.values(() => {
    const { engine } = on;
    const bytes = formula('image', size * size * 3, 0, 256).map(Math.floor);
    const weights = uploaded(on, all);
    const layers = tensorLayers({ engine, weights, training: false, batchNorm: 'trained', seed: null });
    const images = engine.tf.tensor(bytes, [1, size, size, 3]);
    return [network.forward(layers, engine.tf, { images }).embedding as Tensor];
  });
  return embedding as number[];
}

/** One step of training on the formula's batch: loss, embeddings, gradients and moved averages by weight. */
export function trained(on: TestEngine, network: Network, all: readonly Referenced[], size: number) {
  const { engine, use } = on;
  const { tf } = engine;
  return use(() => {
    const { images, labels } = formulaBatch(ITEMS, size);
    const weights = uploaded(on, all, SHIFT);
    const names = network.spec.weights.filter(({ trainable }) => trainable).map(({ name }) => name);
    let embedding: Tensor | undefined;
    let averages: Record<string, Tensor> = {};
    const loss = (...tensors: Tensor[]) => {
      const own = { ...weights, ...Object.fromEntries(names.map((name, i) => [name, tensors[i] as Tensor])) };
      const layers = tensorLayers({ engine, weights: own, training: true, batchNorm: 'trained', seed: null });
      const given = network.forward(layers, tf, { images: tf.tensor(images, [ITEMS, size, size, 3]) });
      embedding = tf.keep(given.embedding as Tensor);
      averages = Object.fromEntries(Object.entries(layers.updates()).map(([name, tensor]) => [name, tf.keep(tensor)]));
      return tf.mean(binaryCrossEntropy.cells(tf, given.logits as never, tf.tensor2d(labels, [ITEMS, 6]), {} as never));
    };
    const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => weights[name] as Tensor));
    const read = (tensor: Tensor) => Float32Array.from(tensor.dataSync());
    const result = {
      loss: value.dataSync()[0] as number,
      embedding: read(embedding as Tensor),
      gradients: new Map(names.map((name, i) => [name, read(grads[i] as Tensor)])),
      averages: new Map(Object.entries(averages).map(([name, tensor]) => [name, read(tensor)])),
    };
    for (const tensor of [embedding as Tensor, ...Object.values(averages)]) tensor.dispose();
    return result;
  });
}

const every64th = (values: ArrayLike<number>) => Array.from(values).filter((_, index) => index % 64 === 0);
const furthest = (a: readonly number[], b: readonly number[]) =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);

/** `by`: of the whole norm. */
function expectSummed(seen: ReturnType<typeof summed>, expected: Summed, by: number): void {
  expect(Math.abs(seen.norm / expected.norm - 1)).toBeLessThan(by);
  expect(Math.abs(seen.along - expected.along) / expected.norm).toBeLessThan(by);
  for (const [name, { norm, first }] of Object.entries(expected.some)) {
    const own = seen.some.get(name) ?? expect.fail(`${name} is missing`);
    // A bias before a batch norm has no gradient but rounding.
    const scale = Math.max(norm, expected.norm * 1e-3);
    expect(Math.abs(own.norm - norm) / scale, name).toBeLessThan(10 * by);
    expect(furthest(own.first, first) / scale, name).toBeLessThan(10 * by);
  }
}

/** Networks of more weights than this are trained in the slow suite only. */
const TRAINED_HERE = 8_000_000;
export const isSlow = process.env.ICHOR_SLOW === '1';

/** Tests of every network of a file of references, on each engine of this machine. */
export async function describeEqual(title: string, cases: readonly (Case & { expected: Expected })[]): Promise<void> {
  describe.each(await engines())(`${title}, on $kind`, (on) => {
    const limit = LIMITS[on.kind].parameters ?? Number.POSITIVE_INFINITY;
    const all = cases.map((one) => ({
      ...one,
      name: `${one.component.name} ${one.library ?? ''}`.trim(),
      weights: networkOf(one, 128).network.spec.parameters.total,
    }));
    // The embedded engine does not train the large ones, and has less to show in them.
    const fits = all.filter(({ weights }) => weights < limit);
    const steps = fits.filter(({ weights }) => isSlow || weights < TRAINED_HERE);

    it.each(fits)('$name: the embedding', ({ expected, ...of }) => {
      const { network, all } = networkOf(of, expected.size);
      const embedding = embedded(on, network, all, expected.size);
      expect(embedding.length).toBe(expected.width);
      expect(furthest(every64th(embedding), expected.every64th) / expected.largest).toBeLessThan(1e-5);
      expect(Math.max(...embedding.map(Math.abs)) / expected.largest).toBeCloseTo(1, 5);
    });

    it.each(steps)('$name: a step of training', ({ expected: { training }, ...of }) => {
      const { network, all } = networkOf(of, training.size);
      const { width } = network.spec;
      const step = trained(on, network, all, training.size);
      expect(Math.abs(step.loss / training.loss - 1)).toBeLessThan(1e-4);
      const first = every64th(step.embedding.subarray(0, width));
      expect(furthest(first, training.every64th) / training.largest).toBeLessThan(1e-4);
      expectSummed(summed(all, step.gradients), training.gradients, 1e-3);
      expectSummed(summed(all, step.averages), training.averages, 1e-4);
    });
  });
}
