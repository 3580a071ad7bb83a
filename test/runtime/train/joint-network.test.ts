import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Engine, HostTensors } from '../../../src/runtime/engine/engine.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { gradientsOf } from '../../../src/runtime/train/gradients.ts';
import {
  joined,
  jointNetwork,
  jointNorms,
  stateOfPart,
  weightsOfPart,
} from '../../../src/runtime/train/joint-network.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import { trainableOf } from '../../../src/runtime/train/layers/spec.ts';
import { tensorLayers } from '../../../src/runtime/train/layers/tensors.ts';
import { itemLosses, maskedMean } from '../../../src/runtime/train/loss.ts';
import { asState } from '../../../src/runtime/train/names.ts';
import { backboneNetwork, sequenceNetwork } from '../../../src/runtime/train/network.ts';
import { engines, type TestEngine } from '../../engine.ts';
import { common, registry } from './fixture.ts';
import { block, SIZE, toyReader, backbone as value } from './toy.ts';

const all = await engines();
const wasm = all.find(({ kind }) => kind === 'wasm') as TestEngine;

const RUNS = 2;
const SLICES = 3;

const chosen = choose(registry, 'backbone', value);
const head = choose(registry, 'sequence', { type: 'bi-lstm', layers: 1, cells: 3, dropout: 0, ...common });
const loss = choose(registry, 'loss', block.loss);
const backbone = backboneNetwork(chosen.component, chosen.params, { size: SIZE, channels: 1 });
const sequence = sequenceNetwork(head.component, head.params, { steps: SLICES, embedding: backbone.spec.width });
const weights = { backbone: initialise(backbone.spec, 1), sequence: initialise(sequence.spec, 2) };
/** The last slice of the second run is padding. */
const MASK = [1, 1, 1, 1, 1, 0];
const labels = Float32Array.from({ length: RUNS * SLICES * 6 }, (_, i) => (i % 5 === 0 ? 1 : 0));
const names = MASK.map((_, step) => `s${step}`);
const pictures = await toyReader(names).read(names);

/** Tensors on an engine; the caller's scope frees them. */
const tensorsOf = (tf: Engine['tf'], from: HostTensors): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(from).map(([name, { shape, dtype, data }]) => [
      name,
      tf.tensor(dtype === 'float32' ? data : Int32Array.from(data), [...shape], dtype),
    ]),
  );

type Norm = 'frozen' | 'trained';

/** The joint step's own gradients, by the name of the joint weight. */
function jointGradients({ engine, use }: TestEngine, batchNorm: Norm, sliceLoss: number, withPlaces = false) {
  const { tf } = engine;
  const network = jointNetwork(backbone, sequence, { slices: SLICES, sliceLoss });
  // Where its loss does not count, no gradient reaches the prediction layer: the stage does not ask for one.
  const names = trainableOf(network.spec).filter((name) => sliceLoss > 0 || !name.startsWith('backbone/predictions/'));
  const shown = MASK.flatMap((real, step) => (real === 1 || !withPlaces ? [step] : []));
  return use(() => {
    const state = tensorsOf(tf, asState(joined(weights.backbone, weights.sequence)));
    const size = SIZE * SIZE;
    const data = Float32Array.from(
      shown.flatMap((step) => Array.from(pictures.subarray(step * size, (step + 1) * size))),
    );
    const places = shown.map((step) => tf.oneHot(tf.scalar(step, 'int32'), RUNS * SLICES));
    const inputs = {
      images: tf.tensor4d(data, [shown.length, SIZE, SIZE, 1]),
      mask: tf.tensor2d(MASK, [RUNS, SLICES]),
      ...(withPlaces ? { places: tf.transpose(tf.cast(tf.stack(places), 'float32')) } : {}),
    };
    const found = gradientsOf(
      { engine, network, batchNorm: jointNorms(batchNorm), loss, inputs: () => inputs },
      names,
      'mean',
      state,
      {
        labels: tf.tensor2d(labels, [RUNS * SLICES, 6]),
        weights: tf.tensor1d(MASK),
        seed: tf.tensor1d([1, 2], 'int32'),
      },
    );
    return {
      loss: found.loss.dataSync()[0] as number,
      gradients: new Map(names.map((name, i) => [name, Array.from((found.gradients[i] as Tensor).dataSync())])),
      averages: Object.keys(found.averages),
    };
  });
}

/** The same of the two networks, called one after the other under names of their own: no joint network and no scopes. */
function composedGradients({ engine, use }: TestEngine, batchNorm: Norm, sliceLoss: number) {
  const { tf } = engine;
  const names = [
    ...trainableOf(backbone.spec)
      .filter((name) => sliceLoss > 0 || !name.startsWith('predictions/'))
      .map((name) => ['backbone', name] as const),
    ...trainableOf(sequence.spec).map((name) => ['sequence', name] as const),
  ];
  return use(() => {
    const own = { backbone: tensorsOf(tf, weights.backbone), sequence: tensorsOf(tf, weights.sequence) };
    const images = tf.tensor4d(Float32Array.from(pictures), [RUNS * SLICES, SIZE, SIZE, 1]) as Tensor4D;
    const mask = tf.tensor2d(MASK, [RUNS, SLICES]);
    const counts = tf.tensor1d(MASK);
    const truth = tf.tensor2d(labels, [RUNS * SLICES, 6]);
    const forward = (...given: Tensor[]): Tensor => {
      const now = { backbone: { ...own.backbone }, sequence: { ...own.sequence } };
      names.forEach(([part, name], i) => {
        now[part][name] = given[i] as Tensor;
      });
      const seed = tf.tensor1d([1, 2], 'int32');
      const first = tensorLayers({ engine, weights: now.backbone, training: true, batchNorm, seed });
      const second = tensorLayers({ engine, weights: now.sequence, training: true, batchNorm: 'trained', seed });
      const { embedding, logits } = backbone.forward(first, tf, { images });
      const embeddings = tf.reshape(embedding as Tensor, [RUNS, SLICES, backbone.spec.width]);
      const said = sequence.forward(second, tf, { embeddings, mask }).logits;
      const of = (from: Tensor) =>
        maskedMean(tf, itemLosses(tf, loss, tf.reshape(from, [RUNS * SLICES, 6]), truth), counts);
      return sliceLoss === 0 ? of(said) : tf.add(of(said), tf.mul(of(logits), sliceLoss));
    };
    const { value: total, grads } = tf.valueAndGrads(forward as (...args: Tensor[]) => Scalar)(
      names.map(([part, name]) => own[part][name] as Tensor),
    );
    return {
      loss: total.dataSync()[0] as number,
      gradients: new Map(
        names.map(([part, name], i) => [`${part}/${name}`, grads[i] ? Array.from(grads[i].dataSync()) : null]),
      ),
    };
  });
}

const largestApart = (a: readonly number[], b: readonly number[] | null): number =>
  Math.max(...a.map((one, i) => Math.abs(one - (b?.[i] ?? 0))));

describe.each(all)('the gradient of the joint step on $kind', (test) => {
  it.each([
    { batchNorm: 'frozen' as const, sliceLoss: 0 },
    { batchNorm: 'frozen' as const, sliceLoss: 0.5 },
    { batchNorm: 'trained' as const, sliceLoss: 0.5 },
  ])(
    'batch norm $batchNorm, slice loss $sliceLoss: is that of the two networks one after the other',
    ({ batchNorm, sliceLoss }) => {
      const own = jointGradients(test, batchNorm, sliceLoss);
      const plain = composedGradients(test, batchNorm, sliceLoss);
      expect(own.loss).toBeCloseTo(plain.loss, 6);
      for (const [name, gradient] of own.gradients)
        expect(largestApart(gradient, plain.gradients.get(name) ?? null), name).toBeLessThan(1e-6);
      // It reaches the first kernel of the backbone, through the embeddings.
      const first = own.gradients.get('backbone/stem/conv/kernel') ?? [...own.gradients.values()][0];
      expect(Math.max(...(first ?? []).map(Math.abs))).toBeGreaterThan(1e-5);
      // Statistics move only where batch norm trains, and are those of the backbone.
      expect(own.averages.length > 0).toBe(batchNorm === 'trained');
      for (const name of own.averages) expect(name).toMatch(/^weights\/backbone\/.*\/moving_(mean|variance)$/);
    },
  );
});

describe('a run that has no slice for a step', () => {
  it('gives the same gradient whether a black picture stands there or none, where statistics are frozen', () => {
    const [padded, packed] = [jointGradients(wasm, 'frozen', 0.5), jointGradients(wasm, 'frozen', 0.5, true)];
    expect(packed.loss).toBeCloseTo(padded.loss, 6);
    for (const [name, gradient] of packed.gradients)
      expect(largestApart(gradient, padded.gradients.get(name) ?? null), name).toBeLessThan(1e-6);
  });

  it('is not seen by statistics that train, where no picture stands there', () => {
    const [padded, packed] = [jointGradients(wasm, 'trained', 0.5), jointGradients(wasm, 'trained', 0.5, true)];
    expect(Math.abs(packed.loss - padded.loss)).toBeGreaterThan(1e-5);
  });
});

describe('two sets of weights', () => {
  it('are joined and taken apart without a change', () => {
    const all = joined(weights.backbone, weights.sequence);
    expect(weightsOfPart('backbone', all)).toEqual(weights.backbone);
    expect(weightsOfPart('sequence', all)).toEqual(weights.sequence);
    expect(Object.keys(all)).toHaveLength(Object.keys(weights.backbone).length + Object.keys(weights.sequence).length);
  });

  it('are each the state of a step of their own, of weights or of their averages', () => {
    const state = { 'weights/backbone/a/kernel': 1, 'averages/backbone/a/kernel': 2, 'weights/sequence/b/bias': 3 };
    expect(stateOfPart('backbone', state as never)).toEqual({ 'weights/a/kernel': 1 });
    expect(stateOfPart('backbone', state as never, 'averages/')).toEqual({ 'weights/a/kernel': 2 });
    expect(stateOfPart('sequence', state as never)).toEqual({ 'weights/b/bias': 3 });
  });
});
