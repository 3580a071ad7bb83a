// A record, rewritten: what is joined, what is left alone, and that the numbers stay.
import { join } from 'node:path';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { HostTensor, HostTensors, Step } from '../../../../src/runtime/engine/engine.ts';
import { findEngine } from '../../../../src/runtime/engine/install/find.ts';
import { CONSTANTS } from '../../../../src/runtime/engine/native/constants.ts';
import { Graph, type } from '../../../../src/runtime/engine/native/graph/graph.ts';
import type { Recorded } from '../../../../src/runtime/engine/native/graph/recorded.ts';
import { rewrite } from '../../../../src/runtime/engine/native/graph/rewrite.ts';
import { loadTensorFlow, type Output } from '../../../../src/runtime/engine/native/symbols.ts';
import { engineOf } from '../../../engine.ts';
import { numbers } from '../numbers.ts';

const native = await engineOf('native');
const installed = native && (await findEngine());
const tensorflow = installed && (await loadTensorFlow(join(installed.folder, installed.cc)));

const host = (shape: number[], seed: number): HostTensor => ({
  shape,
  dtype: 'float32',
  data: numbers(
    shape.reduce((product, side) => product * side, 1),
    seed,
  ),
});
const apart = (a: HostTensor | undefined, b: HostTensor | undefined): number =>
  Math.max(...Array.from(a?.data ?? [Infinity], (value, i) => Math.abs(value - (b?.data[i] as number))));

describe.skipIf(native === undefined)('the numbers of a rewritten record', () => {
  const { engine } = native as NonNullable<typeof native>;
  const { tf } = engine;
  const [graph, eager] = [engine.as('graph'), engine.as('eager')];

  type Work = (of: Pick<typeof graph, 'ops'>, state: Record<string, Tensor>, x: Tensor) => Record<string, Tensor>;
  async function both(work: Work, state: HostTensors, x: HostTensor, use: 'training' | 'inference' = 'inference') {
    const runs = [];
    for (const each of [graph, eager]) {
      const own = each.state(state, use);
      const step: Step = (given, batch) => ({
        state: {},
        outputs: work(each, given as Record<string, Tensor>, batch.x as Tensor),
      });
      const compiled = each.compile(step, own);
      await compiled.run({ x });
      // The second run has what the first one kept.
      runs.push(await compiled.run({ x }));
      own.dispose();
    }
    return runs as [HostTensors, HostTensors];
  }
  const conv = (x: Tensor, kernel: Tensor, stride = 1) => tf.conv2d(x as Tensor4D, kernel as Tensor4D, stride, 'same');
  const convolution = { k: host([3, 3, 8, 16], 2), b: host([16], 3) };

  it.each(['inference', 'training'] as const)('of a convolution with bias, sum and ReLU, state for %s', async (use) => {
    const work: Work = ({ ops }, { k, b, s }, x) => ({
      y: ops.relu(tf.add(s as Tensor, ops.biasAdd(conv(x, k as Tensor), b as Tensor))),
    });
    const [ours, theirs] = await both(work, { ...convolution, s: host([2, 7, 7, 16], 5) }, host([2, 7, 7, 8], 1), use);
    expect(apart(ours.y, theirs.y)).toBeLessThan(1e-5);
  });

  it('of a sum that is read before its ReLU too, and of two convolutions in one sum', async () => {
    const work: Work = ({ ops }, { k, b, k2 }, x) => {
      const one = ops.biasAdd(conv(x, k as Tensor, 2), b as Tensor);
      const sum = tf.add(one, ops.biasAdd(conv(x, k2 as Tensor, 2), b as Tensor));
      return { sum, y: ops.relu(sum), one: tf.sum(one) };
    };
    const [ours, theirs] = await both(work, { ...convolution, k2: host([3, 3, 8, 16], 9) }, host([2, 7, 7, 8], 1));
    for (const name of ['sum', 'y', 'one']) expect(apart(ours[name], theirs[name])).toBeLessThan(1e-4);
  });

  it('of a sum that spreads one value over the map', async () => {
    const work: Work = ({ ops }, { k, b, s }, x) => ({
      y: ops.relu(tf.add(s as Tensor, ops.biasAdd(conv(x, k as Tensor), b as Tensor))),
    });
    const [ours, theirs] = await both(work, { ...convolution, s: host([1, 1, 1, 16], 5) }, host([2, 7, 7, 8], 1));
    expect(apart(ours.y, theirs.y)).toBeLessThan(1e-5);
  });

  it('of convolutions 1 x 1 side by side, of different widths', async () => {
    const work: Work = ({ ops }, { k, k1, k2, b, b1, b2 }, x) => ({
      a: ops.relu(ops.biasAdd(conv(x, k as Tensor), b as Tensor)),
      b: ops.relu(ops.biasAdd(conv(x, k1 as Tensor), b1 as Tensor)),
      // Another stride, and no activation: these stand alone.
      c: ops.relu(ops.biasAdd(conv(x, k2 as Tensor, 2), b2 as Tensor)),
      d: ops.biasAdd(conv(x, k2 as Tensor), b2 as Tensor),
    });
    const state = {
      k: host([1, 1, 8, 5], 2),
      b: host([5], 3),
      k1: host([1, 1, 8, 12], 4),
      b1: host([12], 5),
      k2: host([1, 1, 8, 3], 6),
      b2: host([3], 7),
    };
    const [ours, theirs] = await both(work, state, host([2, 7, 7, 8], 1));
    for (const name of ['a', 'b', 'c', 'd']) {
      expect(ours[name]?.shape).toEqual(theirs[name]?.shape);
      expect(apart(ours[name], theirs[name])).toBeLessThan(1e-5);
    }
  });

  it('after the state was written: kernels that were kept are not used again', async () => {
    const state = graph.state(convolution, 'inference');
    const step = graph.compile(
      ({ k, b }, { x }) => ({
        state: {},
        outputs: { y: graph.ops.relu(graph.ops.biasAdd(conv(x as Tensor, k as Tensor), b as Tensor)) },
      }),
      state,
    );
    const x = host([1, 5, 5, 8], 1);
    const before = await step.run({ x });
    expect(Math.max(...(before.y?.data ?? []))).toBeGreaterThan(0.1);
    state.write({ k: { shape: [3, 3, 8, 16], dtype: 'float32', data: new Float32Array(3 * 3 * 8 * 16) } });
    const { y } = await step.run({ x });
    const bias = convolution.b.data;
    expect([...(y?.data ?? [])]).toEqual(
      Array.from({ length: 25 * 16 }, (_, i) => Math.max(0, bias[i % 16] as number)),
    );
    expect((await state.read(['b'])).b?.data).toEqual(bias);
    state.dispose();
  });

  it('is refused where its maps cannot fit into memory, before TensorFlow tries', async () => {
    const state = graph.state({ k: host([1, 1, 1, 100_000], 1) }, 'inference');
    const step = graph.compile(
      ({ k }, { x }) => ({ state: {}, outputs: { y: tf.sum(graph.ops.relu(conv(x as Tensor, k as Tensor))) } }),
      state,
    );
    const run = (side: number) => step.run({ x: host([1, side, side, 1], 2) });
    await expect(run(1024)).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringMatching(/out of memory: its tensors take at least 419\.4 GB at once/),
      hint: expect.stringContaining('lower the batch size'),
    });
    expect((await run(2)).y?.data[0]).toBeGreaterThan(0);
    state.dispose();
  });

  // Of 6 channels TensorFlow has no batch norm with a ReLU in it, of 12 one that rounds otherwise.
  it.each([6, 8, 12, 64])('of a batch norm that trains with its ReLU, %i channels: the same bits', async (channels) => {
    const work: Work = ({ ops }, { gamma, beta }, x) => {
      const seen: Record<string, Tensor> = {};
      const forward = (x: Tensor, gamma: Tensor, beta: Tensor) => {
        const { y, mean, variance } = ops.batchNorm(x, gamma, beta, 1e-3);
        Object.assign(seen, { mean: tf.keep(tf.clone(mean)), variance: tf.keep(tf.clone(variance)) });
        return tf.sum(tf.square(ops.relu(y))).asScalar();
      };
      const { value, grads } = tf.valueAndGrads(forward)([x, gamma as Tensor1D, beta as Tensor1D]);
      const [dx, dgamma, dbeta] = grads as [Tensor, Tensor, Tensor];
      return {
        value,
        dx,
        dgamma,
        dbeta,
        mean: tf.clone(seen.mean as Tensor),
        variance: tf.clone(seen.variance as Tensor),
      };
    };
    const state = { gamma: host([channels], 4), beta: host([channels], 5) };
    const [ours, theirs] = await both(work, state, host([3, 6, 5, channels], 1), 'training');
    for (const name of ['dx', 'dgamma', 'dbeta', 'mean', 'variance']) {
      expect(ours[name]?.data, name).toEqual(theirs[name]?.data);
    }
  });
});

describe.skipIf(!tensorflow)('what a rewritten record consists of', () => {
  /** A record of these operations over one map, and how many operations it takes to compute what is wanted of it anew. */
  function takes(make: (add: (op: string, inputs: Output[]) => Output, leaf: (shape: number[]) => Output) => Output[]) {
    const graph = new Graph(tensorflow as NonNullable<typeof tensorflow>);
    const operations: Recorded[] = [];
    const float = type('T', CONSTANTS.TF_FLOAT);
    const { TF_ATTR_STRING, TF_ATTR_INT } = CONSTANTS;
    const more = {
      Conv2D: [
        { name: 'strides', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
        { name: 'padding', type: TF_ATTR_STRING, value: 'SAME' },
        { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
      ],
      BiasAdd: [{ name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' }],
    } as Record<string, Recorded['attributes']>;
    const wanted = make(
      (op, inputs) => {
        const attributes = [float, ...(more[op] ?? [])];
        const oper = graph.add({ op, scope: 'test', inputs, attributes });
        operations.push({ oper, op, scope: 'test', inputs, attributes });
        return { oper, index: 0 };
      },
      (shape) => graph.placeholder(CONSTANTS.TF_FLOAT, shape, 'leaf'),
    );
    const before = graph.operations;
    rewrite({ graph, operations, wanted, derived: null, fused: true, keep: () => false });
    const made = graph.operations - before;
    graph.delete();
    return made;
  }

  it('one operation for a whole chain, and none for what nobody reads', () => {
    expect(
      takes((add, leaf) => {
        const x = leaf([1, 4, 4, 8]);
        const y = add('BiasAdd', [add('Conv2D', [x, leaf([3, 3, 8, 8])]), leaf([8])]);
        add('Relu', [x]);
        return [add('Relu', [add('AddV2', [x, y])])];
      }),
    ).toBe(1);
  });

  it('no convolution twice where something between is read as well', () => {
    expect(
      takes((add, leaf) => {
        const x = leaf([1, 4, 4, 8]);
        const sum = add('Add', [x, add('BiasAdd', [add('Conv2D', [x, leaf([3, 3, 8, 8])]), leaf([8])])]);
        return [sum, add('Relu', [sum])];
      }),
    ).toBe(2);
  });

  it('each operation once where nothing can be joined', () => {
    expect(
      takes((add, leaf) => {
        const map = add('Conv2D', [leaf([1, 4, 4, 8]), leaf([3, 3, 8, 8])]);
        return [add('Relu', [map]), add('BiasAdd', [map, leaf([8])])];
      }),
    ).toBe(3);
  });
});
