// Optimizers, weight decay and losses against Keras', by way of the step that trains.
import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import type { Layers, TF } from '../../../src/registry/kinds/layers.ts';
import type { TrainBlock } from '../../../src/registry/recipe.ts';
import type { HostTensor, HostTensors, Tensors } from '../../../src/runtime/engine/engine.ts';
import { loadTf } from '../../../src/runtime/engine/tfjs.ts';
import { startOfAverages } from '../../../src/runtime/train/average.ts';
import type { Chosen } from '../../../src/runtime/train/components.ts';
import { itemLosses } from '../../../src/runtime/train/loss.ts';
import { asState, averageName, emptySlots, weightName } from '../../../src/runtime/train/names.ts';
import type { Network } from '../../../src/runtime/train/network.ts';
import { openUpdates } from '../../../src/runtime/train/updates.ts';
import type { WeightGroup } from '../../../src/runtime/train/weight-groups.ts';
import { engineOf } from '../../engine.ts';
import reference from '../../fixtures/keras-training.json' with { type: 'json' };
import { chosen } from './chosen.ts';

const tensor = (shape: readonly number[], values: readonly number[]): HostTensor => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(values),
});

/** The gradient of the kernel [2, 3] and of the bias [3] is what the batch says: its labels are the gradient of the logits [3, 6]. */
const network = {
  spec: {
    weights: [
      { name: 'one/kernel', shape: [2, 3], trainable: true },
      { name: 'two/kernel', shape: [1, 3], trainable: true },
      { name: 'two/bias', shape: [3], trainable: true },
    ],
  },
  forward(layers: Layers<Tensor>, tf: TF, { eye, zero }: Tensors) {
    const one = layers.dense('one', eye as never, { units: 3, bias: false });
    const two = layers.dense('two', zero as never, { units: 3 });
    return {
      logits: tf.pad(tf.concat([one, two] as never[], 0) as never, [
        [0, 0],
        [0, 3],
      ]),
    };
  },
} as unknown as Network;
const told = {
  component: { cells: (tf: ReturnType<typeof loadTf>, logits: never, labels: never) => tf.mul(logits, labels) },
  params: { reduction: 'sum-over-labels' },
} as unknown as Chosen<'loss'>;
const weights: HostTensors = {
  'one/kernel': tensor([2, 3], reference.kernel),
  'two/kernel': tensor([1, 3], [0, 0, 0]),
  'two/bias': tensor([3], reference.bias),
};

const engines = await Promise.all((['native', 'wasm'] as const).map(engineOf));

describe.each(['native', 'wasm'] as const)('on %s', (kind) => {
  const given = engines[kind === 'native' ? 0 : 1];
  describe.skipIf(given === undefined)('20 steps are those of Keras', () => {
    it.each(reference.trained)('$type $params', async ({ type, params, kernel, bias }) => {
      const after = await trained(type, params);
      expectNear(after[weightName('one/kernel')], kernel);
      expectNear(after[weightName('two/bias')], bias);
    });

    // Batches of equal numbers of items: then Keras' mean of their means is the mean of all.
    it.each(reference.gathered)('every four as one update: $type $params', async ({ type, params, kernel, bias }) => {
      const after = await trained(type, params, { each: 4 });
      expectNear(after[weightName('one/kernel')], kernel);
      expectNear(after[weightName('two/bias')], bias);
    });

    it.each(reference.averaged)('averages of the weights: $ema', async ({ ema, kernel, bias }) => {
      const after = await trained('adam', {}, { ema });
      expectNear(after[averageName('one/kernel')], kernel);
      expectNear(after[averageName('two/bias')], bias);
      const alone = await trained('adam', {});
      expect(after[weightName('one/kernel')]).toEqual(alone[weightName('one/kernel')]);
    });

    it.each(reference.grouped)('groups: $type $params, the bias from update $from on', async (one) => {
      const groups = [
        { names: ['one/kernel'], factor: one.factor, after: 0 },
        { names: ['two/kernel', 'two/bias'], factor: 1, after: one.from / 10 },
      ];
      const after = await trained(one.type, one.params, { groups });
      expectNear(after[weightName('one/kernel')], one.kernel);
      expectNear(after[weightName('two/bias')], one.bias);
    });

    /** The state after 20 gradients, `each` of them an update. */
    async function trained(
      type: string,
      params: object,
      {
        each = 1,
        ema = 'none',
        groups,
      }: { each?: number; ema?: TrainBlock['ema']; groups?: readonly WeightGroup[] } = {},
    ): Promise<HostTensors> {
      const { engine } = given as NonNullable<typeof given>;
      const optimizer = chosen('optimizer', type, { learningRate: 0.01, ...params });
      const training = openUpdates(
        {
          engine,
          network,
          batchNorm: 'trained',
          loss: told,
          optimizer,
          inputs: (batch) => batch,
          stage: 'backbone',
          seed: 1,
          block: { accumulate: each, ema },
          ...(groups && { groups }),
        },
        {
          ...asState(weights),
          ...emptySlots(optimizer.component.slots, weights, Object.keys(weights)),
          ...(ema === 'none' ? {} : startOfAverages(weights)),
        },
        // Updates in a pass.
        10,
      );
      for (const [i, { kernel: k, bias: b }] of reference.gradients.entries()) {
        const rows = [k.slice(0, 3), k.slice(3), b].flatMap((row) => [...row.map((value) => 3 * value), 0, 0, 0]);
        await training.run(
          {
            eye: tensor([2, 2], [1, 0, 0, 1]),
            zero: tensor([1, 1], [0]),
            labels: tensor([3, 6], rows),
            weights: tensor([3], [1, 1, 1]),
          },
          {
            update: Math.floor(i / each) + 1,
            part: i % each,
            last: (i + 1) % each === 0,
            learningRate: 0.01,
            counted: 3,
          },
        );
      }
      const after = await training.read();
      training.dispose();
      return after;
    }
  });
});

describe('losses of cells are those of Keras', () => {
  it.each(reference.losses)('$type $params', async ({ type, params, cells }) => {
    const tf = loadTf();
    await tf.setBackend('cpu');
    const of = (values: readonly number[]) => tf.tensor2d([...values], [7, 6]);
    const { component, params: all } = chosen('loss', type, params);
    // Label by label: the others weigh nothing.
    for (const [i, label] of LABELS.entries()) {
      const labelWeights = Object.fromEntries(LABELS.map((one) => [one, one === label ? 1 : 0]));
      const chosenLoss = { component, params: { ...all, labelWeights } } as Chosen<'loss'>;
      const losses = itemLosses(tf, chosenLoss, of(reference.logits), of(reference.labels));
      expectNear(
        { data: losses.dataSync() },
        cells.filter((_, at) => at % LABELS.length === i),
      );
    }
  });
});

function expectNear(found: { data: ArrayLike<number> } | undefined, expected: readonly number[]): void {
  expect(found?.data).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs((found?.data[i] as number) - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
  });
}
