import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect } from 'vitest';
import biGru from '../../../plugins/sequences/bi-gru.ts';
import biLstm from '../../../plugins/sequences/bi-lstm.ts';
import dilatedConv from '../../../plugins/sequences/dilated-conv.ts';
import neighbourSmoothing from '../../../plugins/sequences/neighbour-smoothing.ts';
import perSlice from '../../../plugins/sequences/per-slice.ts';
import type { Sequence } from '../../../src/index.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import { tensorLayers } from '../../../src/runtime/train/layers/tensors.ts';
import { type Network, sequenceNetwork } from '../../../src/runtime/train/network.ts';
import { common } from '../../runtime/train/fixture.ts';
import { distance, type EngineName, type LayerEngine, testOn, values } from '../../runtime/train/layers/engines.ts';

const length = 5;
const recurrent = { layers: 2, cells: 4, dropout: 0.3, layerNorm: false, projection: null };
const VARIANTS: readonly { of: string; component: unknown; params: Record<string, unknown>; width?: number }[] = [
  { of: 'bi-lstm', component: biLstm, params: recurrent },
  {
    of: 'bi-lstm with layer norm and a second head',
    component: biLstm,
    params: { ...recurrent, layerNorm: true, projection: { units: 5, auxiliary: 0.5 } },
  },
  { of: 'bi-gru', component: biGru, params: recurrent },
  {
    of: 'dilated-conv',
    component: dilatedConv,
    params: { filters: 6, size: 3, dilations: [1, 2, 4], dropout: 0.3 },
  },
  { of: 'per-slice', component: perSlice, params: { layers: 1, cells: 4, dropout: 0.3 } },
  {
    of: 'neighbour-smoothing',
    component: neighbourSmoothing,
    params: { weights: [0.6, 1.8, 0.6], over: 'probabilities' },
    width: 6,
  },
];

const numbers = (count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => Math.sin(1 + i * 1.7 + seed * 5.3));

/** A batch with the series at `row` from step `from` on; `rest` seeds the padding and the other series. */
const placing =
  (width: number) =>
  ({ tf }: LayerEngine, batch: number, steps: number, row: number, from: number, rest: number) => {
    const series = numbers(length * width, 0);
    const embeddings = numbers(batch * steps * width, rest);
    const mask = numbers(batch * steps, rest).map((value) => (value > 0 ? 1 : 0));
    for (let step = 0; step < steps; step++) {
      const real = step >= from && step < from + length;
      mask[row * steps + step] = real ? 1 : 0;
      if (!real) continue;
      for (let i = 0; i < width; i++) {
        embeddings[(row * steps + step) * width + i] = series[(step - from) * width + i] as number;
      }
    }
    return { embeddings: tf.tensor3d(embeddings, [batch, steps, width]), mask: tf.tensor2d(mask, [batch, steps]) };
  };

const weightsOn = ({ tf }: LayerEngine, network: Network) =>
  Object.fromEntries(
    Object.entries(initialise(network.spec, 3)).map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]),
  );

function logitsOf(
  engine: LayerEngine,
  network: Network,
  weights: Record<string, Tensor>,
  inputs: Record<string, Tensor>,
): Tensor {
  const layers = tensorLayers({ engine, weights, training: false, batchNorm: 'trained', seed: null });
  return network.forward(layers, engine.tf, inputs).logits;
}

/** That the mask is a true one, on one engine: a process opens only one, so that each has a test file of its own. */
export function describeMask(name: EngineName): void {
  describe.each(VARIANTS)(`$of on the ${name} engine`, ({ component, params, width = 3 }) => {
    testOn(name)('gives a series the same logits alone, padded before and behind, and beside any other', (engine) => {
      const network = sequenceNetwork(component as Sequence, { ...common, ...params }, { embedding: width });
      const place = placing(width);
      const weights = weightsOn(engine, network);
      const alone = values(logitsOf(engine, network, weights, place(engine, 1, length, 0, 0, 0)));
      const { tf } = engine;
      const seen = (batch: number, steps: number, row: number, from: number, rest: number) => {
        const all = logitsOf(engine, network, weights, place(engine, batch, steps, row, from, rest));
        expect(all.shape).toEqual([batch, steps, 6]);
        return values(tf.slice(all, [row, from, 0], [1, length, 6]));
      };
      expect(Math.max(...alone.map(Math.abs))).toBeGreaterThan(0.05);
      expect(distance(seen(1, 9, 0, 0, 1), alone)).toBeLessThan(1e-6);
      expect(distance(seen(1, 9, 0, 4, 1), alone)).toBeLessThan(1e-6);
      expect(distance(seen(3, 9, 1, 2, 1), alone)).toBeLessThan(1e-6);
      // Where only the padding and the mates differ, no bit does.
      expect(seen(3, 9, 1, 2, 2)).toEqual(seen(3, 9, 1, 2, 1));
    });
  });

  describe(`bi-lstm on the ${name} engine`, () => {
    const test = testOn(name);
    const width = 3;
    const component = biLstm as Sequence;
    const params = { ...recurrent, ...common };
    const network = sequenceNetwork(component, params, { embedding: width });
    const place = placing(width);
    const logits = (engine: LayerEngine, weights: Record<string, Tensor>, inputs: Record<string, Tensor>) =>
      logitsOf(engine, network, weights, inputs);

    test('gives zero features under the mask: the logits there are the bias alone', (engine) => {
      const bias = engine.tf.tensor1d([1, 2, 3, 4, 5, 6]);
      const weights = { ...weightsOn(engine, network), 'predictions/bias': bias };
      const all = logits(engine, weights, place(engine, 1, 7, 0, 2, 1));
      expect(values(engine.tf.slice(all, [0, 0, 0], [1, 2, 6]))).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
    });

    test('gives the same loss and the same gradients whatever the padding holds', (engine) => {
      const { tf } = engine;
      const undropped = sequenceNetwork(component, { ...params, dropout: 0 }, { embedding: width });
      const weights = weightsOn(engine, network);
      const names = Object.keys(weights);
      const train = (rest: number) => {
        const { embeddings, mask } = place(engine, 1, 8, 0, 2, rest);
        const loss = (...tensors: Tensor[]) => {
          const own = Object.fromEntries(names.map((key, i) => [key, tensors[i] as Tensor]));
          const layers = tensorLayers({ engine, weights: own, training: true, batchNorm: 'trained', seed: null });
          const all = undropped.forward(layers, tf, { embeddings, mask }).logits;
          return tf.sum(tf.mul(tf.square(all), tf.expandDims(mask, 2))) as never;
        };
        const { value, grads } = tf.valueAndGrads(loss)(Object.values(weights));
        return { loss: values(value), gradients: grads.map(values) };
      };
      const [one, other] = [train(1), train(2)];
      expect(one.loss[0]).toBeGreaterThan(0);
      expect(one.gradients.every((gradient) => gradient.some((value) => value !== 0))).toBe(true);
      expect(other).toEqual(one);
    });

    test('drops outputs of both layers while training', (engine) => {
      const { tf } = engine;
      const inputs = place(engine, 1, length, 0, 0, 0);
      const run = (step: number) => {
        const seed = tf.tensor1d([1, step], 'int32');
        const weights = weightsOn(engine, network);
        const layers = tensorLayers({ engine, weights, training: true, batchNorm: 'trained', seed });
        return values(network.forward(layers, tf, inputs).logits);
      };
      expect(run(1)).toEqual(run(1));
      expect(run(2)).not.toEqual(run(1));
    });
  });
}
