// Every built-in component compiles, and computes what its eager form does: so `ichor plan` need not try them.
import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../../plugins/index.ts';
import type { Engine, HostTensor, HostTensors } from '../../../../src/runtime/engine/engine.ts';
import { bfloat16Gains } from '../../../../src/runtime/machine.ts';
import { startOfAverages } from '../../../../src/runtime/train/average.ts';
import type { Chosen } from '../../../../src/runtime/train/components.ts';
import { initialise } from '../../../../src/runtime/train/layers/initialise.ts';
import { asState, emptySlots, slotName, weightName } from '../../../../src/runtime/train/names.ts';
import { backboneNetwork, type Network, sequenceNetwork } from '../../../../src/runtime/train/network.ts';
import { inferenceStep, type StepParts, trainStep } from '../../../../src/runtime/train/step.ts';
import { openUpdates } from '../../../../src/runtime/train/updates.ts';
import { namesOf, weightGroups } from '../../../../src/runtime/train/weight-groups.ts';
import { engineOf } from '../../../engine.ts';
import { chosen } from '../../train/chosen.ts';
import { numbers } from '../numbers.ts';

const native = await engineOf('native');

/** Small forms of the backbones, with each of their layers: whole networks are in the slow suite, and in docs/performance.md. */
const SMALL: Readonly<Record<string, object>> = {
  'small-cnn': { width: 0.5 },
  'inception-resnet-v2': { width: 0.125, blocks: 0.1 },
  'inception-v3': { width: 0.125, blocks: 0.3 },
  'densenet-121': { width: 0.125, blocks: 0.1 },
  'mobilenet-v2': { width: 0.125, blocks: 0.3 },
  'efficientnet-lite0': { width: 0.125, blocks: 0.3 },
  'efficientnet-b0': { width: 0.125, blocks: 0.3 },
};
const small = (name: string) => SMALL[name] ?? { width: 0.125 };

const loss = chosen('loss', 'binary-cross-entropy', { reduction: 'mean-over-labels' });
const images = (count: number, size: number): HostTensor => ({
  shape: [count, size, size, 3],
  dtype: 'float32',
  data: numbers(count * size * size * 3, 3, 120).map((value) => value + 128),
});
const targets = (items: number): HostTensors => ({
  labels: { shape: [items, 6], dtype: 'float32', data: numbers(items * 6, 5).map((value) => (value > 0 ? 1 : 0)) },
  weights: { shape: [items], dtype: 'float32', data: new Float32Array(items).fill(1) },
  seed: { shape: [2], dtype: 'int32', data: Int32Array.of(3, 4) },
});

/** What draws, and for which stage: nothing here does. */
const STAGE = { stage: 'backbone', seed: 1 } as const;

const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, one) => sum + one * one, 0));
const gradientOf = (state: HostTensors, weight: string) => state[slotName('gradient', weight)] as HostTensor;

/** |a - b| / |b|. */
function apart(a: HostTensor | undefined, b: HostTensor | undefined): number {
  let [difference, norm] = [0, 0];
  a?.data.forEach((value, i) => {
    const other = b?.data[i] as number;
    difference += (value - other) ** 2;
    norm += other ** 2;
  });
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-12);
}

/** Gives back the gradient in the place of a slot: what a step computed, before an optimizer sees it. */
const tell = {
  component: {
    ...chosen('optimizer', 'adam').component,
    slots: ['gradient'],
    scalars: () => ({}),
    fused: undefined,
    update: (tf: Engine['tf'], weight: never, gradient: never) => ({
      weight,
      slots: { gradient: tf.clone(gradient) },
    }),
  },
  params: { learningRate: 1, clipNorm: null },
} as unknown as Chosen<'optimizer'>;

describe.skipIf(native === undefined)('compiled against eager', () => {
  const { engine } = native as NonNullable<typeof native>;
  const modes = [engine.as('graph'), engine.as('eager')];

  async function trained(
    network: Network,
    inputs: HostTensors,
    items: number,
    {
      optimizer = tell,
      steps = 1,
      batchNorm = 'trained',
    }: { optimizer?: Chosen<'optimizer'>; steps?: number; batchNorm?: StepParts['batchNorm'] } = {},
  ) {
    const weights = initialise(network.spec, 1);
    const trainable = network.spec.weights.filter((one) => one.trainable).map(({ name }) => name);
    const runs = [];
    for (const each of modes) {
      const parts = { engine: each, network, batchNorm, loss, optimizer, inputs: (batch: never) => batch };
      const state = each.state({ ...asState(weights), ...emptySlots(optimizer.component.slots, weights, trainable) });
      const step = each.compile(trainStep(parts), state);
      let outputs: HostTensors = {};
      for (let n = 1; n <= steps; n++) {
        const scalars = Object.entries(optimizer.component.scalars(n, optimizer.params)).map(
          ([name, value]): [string, HostTensor] => [
            `optimizer/${name}`,
            { shape: [], dtype: 'float32', data: Float32Array.of(value) },
          ],
        );
        outputs = await step.run({ ...inputs, ...targets(items), ...Object.fromEntries(scalars) });
      }
      runs.push({ outputs, state: await state.read() });
      step.dispose();
      state.dispose();
    }
    const [graph, eager] = runs as [(typeof runs)[0], (typeof runs)[0]];
    return { graph, eager, trainable };
  }

  const backbones = builtIn.filter(({ kind }) => kind === 'backbone').map(({ name }) => name);
  const sequences = builtIn.filter(({ kind }) => kind === 'sequence').map(({ name }) => name);
  const sizeOf = (name: string) => (/inception/.test(name) ? 80 : 64);

  it.each(backbones)('the backbone %s: loss, gradients, averages and embedding', async (name) => {
    const { component, params } = chosen('backbone', name, small(name));
    const size = sizeOf(name);
    const network = backboneNetwork(component, params, { size, channels: 3 });
    const { graph, eager, trainable } = await trained(network, { images: images(3, size) }, 3);
    expect(apart(graph.outputs.loss, eager.outputs.loss)).toBeLessThan(1e-5);
    const total = norm(trainable.flatMap((weight) => [...gradientOf(eager.state, weight).data]));
    for (const weight of trainable) {
      const [a, b] = [gradientOf(graph.state, weight), gradientOf(eager.state, weight)];
      // What is all rounding beside the others has no direction: a bias before a batch norm.
      if (norm([...b.data]) < 1e-5 * total) continue;
      expect(apart(a, b), `gradient of ${weight}`).toBeLessThan(1e-3);
    }
    for (const { name: weight, trainable: learns } of network.spec.weights) {
      if (!learns)
        expect(apart(graph.state[weightName(weight)], eager.state[weightName(weight)]), weight).toBeLessThan(1e-5);
    }

    const weights = asState(initialise(network.spec, 1));
    const vectors = [];
    for (const each of modes) {
      const state = each.state(weights, 'inference');
      vectors.push(
        (await each.compile(inferenceStep(each, network, 'embedding'), state).run({ images: images(3, size) }))
          .embedding,
      );
      state.dispose();
    }
    expect(apart(vectors[0], vectors[1])).toBeLessThan(1e-5);
  });

  it.each(sequences)('the sequence model %s: loss, gradients and logits', async (name) => {
    const own = chosen('sequence', name);
    const { needs } = own.component.contract(own.params);
    const width = { embeddings: 24, logits: 6, position: 4 }[needs];
    const network = sequenceNetwork(
      own.component,
      { ...own.params, ...('cells' in own.params ? { cells: 8 } : {}) } as never,
      { embedding: width },
    );
    const [groups, length] = [4, 9];
    const mask = new Float32Array(groups * length).fill(1).fill(0, length * 2 - 3, length * 2);
    const inputs: HostTensors = {
      embeddings: { shape: [groups, length, width], dtype: 'float32', data: numbers(groups * length * width, 9) },
      mask: { shape: [groups, length], dtype: 'float32', data: mask },
    };
    const weights = asState(initialise(network.spec, 1));
    const logits = [];
    for (const each of modes) {
      const state = each.state(weights, 'inference');
      logits.push((await each.compile(inferenceStep(each, network, 'logits'), state).run(inputs)).logits);
      state.dispose();
    }
    expect(apart(logits[0], logits[1])).toBeLessThan(1e-5);
    if (network.spec.weights.length === 0) return;
    const { graph, eager, trainable } = await trained(network, inputs, groups * length);
    expect(apart(graph.outputs.loss, eager.outputs.loss)).toBeLessThan(1e-5);
    for (const weight of trainable) {
      const [a, b] = [graph.state[slotName('gradient', weight)], eager.state[slotName('gradient', weight)]];
      expect(apart(a, b), `gradient of ${weight}`).toBeLessThan(1e-4);
    }
  });

  it('20 steps with frozen batch norm and plain descent end at the same weights', async () => {
    const { component, params } = chosen('backbone', 'resnet-50', { ...small('resnet-50'), batchNorm: 'frozen' });
    const network = backboneNetwork(component, params, { size: 64, channels: 3 });
    const descent = {
      component: {
        ...tell.component,
        slots: [],
        update: (tf: Engine['tf'], weight: never, gradient: never) => ({
          weight: tf.sub(weight, tf.mul(gradient, 1e-3)),
          slots: {},
        }),
      },
      params: { learningRate: 1e-3, clipNorm: null },
    } as unknown as Chosen<'optimizer'>;
    const { graph, eager } = await trained(network, { images: images(3, 64) }, 3, {
      optimizer: descent,
      steps: 20,
      batchNorm: 'frozen',
    });
    expect(apart(graph.outputs.loss, eager.outputs.loss)).toBeLessThan(1e-4);
    for (const name of Object.keys(eager.state))
      expect(apart(graph.state[name], eager.state[name]), name).toBeLessThan(1e-4);
  });

  it('groups of weights, averages and accumulated batches end where eager steps end', async () => {
    const { component, params } = chosen('backbone', 'resnet-50', { ...small('resnet-50'), momentum: 0.9 });
    const network = backboneNetwork(component, params, { size: 32, channels: 3 });
    const train = { freeze: ['conv1..conv3'], rates: { conv4: 0.1 }, unfreezeAfter: 2 };
    const groups = weightGroups(network.spec, train);
    const optimizer = chosen('optimizer', 'sgd', { momentum: 0.9, learningRate: 1e-4, clipNorm: 1 });
    const weights = initialise(network.spec, 1);
    const trained = namesOf(network.spec, groups);
    const states: HostTensors[] = [];
    for (const each of modes) {
      const ema = { decay: 0.5, warmUp: false };
      const training = openUpdates(
        {
          engine: each,
          network,
          batchNorm: 'trained',
          loss,
          optimizer,
          groups,
          inputs: (batch) => batch,
          ...STAGE,
          block: { accumulate: 2, ema },
        },
        { ...asState(weights), ...emptySlots(['velocity'], weights, trained), ...startOfAverages(weights) },
        1,
      );
      for (let update = 1; update <= 4; update++)
        for (const part of [0, 1]) {
          const { labels, weights: counts } = targets(2) as Record<'labels' | 'weights', HostTensor>;
          const place = { update, part, last: part === 1, learningRate: 1e-4, counted: 2 };
          await training.run({ images: images(2, 32), labels, weights: counts }, place);
        }
      states.push(await training.read());
      training.dispose();
    }
    const [graph = {}, eager = {}] = states;
    for (const name of Object.keys(eager))
      if (!name.startsWith('slots/')) expect(apart(graph[name], eager[name]), name).toBeLessThan(1e-4);
    // Frozen for two of the four updates, and not longer.
    expect(apart(eager[weightName('conv1_conv/kernel')], weights['conv1_conv/kernel'])).toBeGreaterThan(0);
  });

  it("TensorFlow's op of Adam moves weights and slots as the definition does", async () => {
    const adam = chosen('optimizer', 'adam', { learningRate: 1e-2, clipNorm: 1 });
    const own = chosen('sequence', 'bi-lstm', { cells: 8 });
    const network = sequenceNetwork(own.component, own.params, { embedding: 12 });
    const inputs: HostTensors = {
      embeddings: { shape: [3, 5, 12], dtype: 'float32', data: numbers(180, 2) },
      mask: { shape: [3, 5], dtype: 'float32', data: new Float32Array(15).fill(1) },
    };
    const { graph, eager } = await trained(network, inputs, 15, { optimizer: adam, steps: 10 });
    for (const name of Object.keys(eager.state))
      expect(apart(graph.state[name], eager.state[name]), name).toBeLessThan(2e-4);
  });

  it('bfloat16: close to float32, with state in float32, and not the same', async () => {
    const { component, params } = chosen('backbone', 'resnet-50', { width: 0.25, blocks: 0.3 });
    const network = backboneNetwork(component, params, { size: 64, channels: 3 });
    const weights = asState(initialise(network.spec, 1));
    const vectors = [];
    for (const precision of ['float32', 'bfloat16'] as const) {
      const own = engine.as('graph', precision);
      const state = own.state(weights, 'inference');
      const step = own.compile(inferenceStep(own, network, 'embedding'), state);
      vectors.push((await step.run({ images: images(3, 64) })).embedding);
      expect(await state.read()).toEqual(weights);
      state.dispose();
    }
    const difference = apart(vectors[1], vectors[0]);
    expect(difference).toBeLessThan(0.05);
    // A processor without such instructions is left alone by TensorFlow.
    if (bfloat16Gains()) expect(difference).toBeGreaterThan(0);
    expect(() => engine.as('eager', 'bfloat16')).toThrow(/bfloat16/);
  });
});
