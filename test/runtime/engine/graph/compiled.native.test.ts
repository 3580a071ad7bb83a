// The compiled step of the native engine against its eager one, and what only a compiled step can do wrong.
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { IchorError } from '../../../../src/errors.ts';
import type { HostTensor, HostTensors, Step } from '../../../../src/runtime/engine/engine.ts';
import { inLayer } from '../../../../src/runtime/engine/layer-scope.ts';
import { engineOf } from '../../../engine.ts';
import { numbers } from '../numbers.ts';

const native = await engineOf('native');

const host = (shape: number[], data: Float32Array): HostTensor => ({ shape, dtype: 'float32', data });
const scalar = (value: number) => host([], Float32Array.of(value));

describe.skipIf(native === undefined)('a step in a graph', () => {
  const { engine } = native as NonNullable<typeof native>;
  const { tf } = engine;

  /** Runs a step once over a state of its own. */
  async function once(step: Step, batch: HostTensors, initial: HostTensors = { a: scalar(1) }) {
    const state = engine.state(initial);
    try {
      return await engine.compile(step, state).run(batch);
    } finally {
      state.dispose();
    }
  }
  const whyNot = (step: Step, batch: HostTensors = { x: host([2], Float32Array.of(1, 2)) }) => {
    const state = engine.state({ a: scalar(1) });
    try {
      return engine.compile(step, state).trial(batch);
    } finally {
      state.dispose();
    }
  };
  const failure = (run: Promise<unknown>) => run.then(() => null).catch((error: unknown) => error as IchorError);

  it.each<[string, (x: Tensor) => Tensor, string]>([
    ['reads a value', (x) => tf.mul(x, x.dataSync()[0] as number), 'acme/net reads the values of a tensor'],
    [
      'makes a shape of values',
      (x) =>
        (tf as never as { whereAsync: unknown }) &&
        (tf.engine().runKernel('Unique', { x }, { axis: 0 }) as never as Tensor),
      'acme/net',
    ],
    ['draws in JavaScript', (x) => tf.add(x, tf.randomUniform([2])), 'draws random numbers in JavaScript'],
  ])('says why a step that %s cannot be compiled, and where', async (_, work, said) => {
    const step: Step = (_, { x }) => ({ state: {}, outputs: { y: inLayer('acme/net', () => work(x as Tensor)) } });
    expect(whyNot(step)).toContain(said);
    const error = await failure(once(step, { x: host([2], Float32Array.of(1, 2)) }));
    expect(error).toMatchObject({ code: 'step-not-compiled', hint: expect.stringContaining('--eager') });
  });

  it('finds nothing against a step that can be, and computes nothing to know', () => {
    expect(whyNot((_, { x }) => ({ state: {}, outputs: { y: tf.sum(x as Tensor) } }))).toBeNull();
  });

  it('takes a constant that a component made once, in the first step, in later ones, and outside of all', async () => {
    let kept: Tensor | undefined;
    const step: Step = (_, { x }) => {
      kept ??= tf.keep(tf.tensor1d([10, 20]));
      return { state: {}, outputs: { y: tf.add(x as Tensor, kept) } };
    };
    const state = engine.state({});
    const compiled = engine.compile(step, state);
    const run = async (values: number[][]) =>
      (await compiled.run({ x: host([values.length, 2], Float32Array.from(values.flat())) })).y?.data;
    expect(await run([[1, 2]])).toEqual(Float32Array.of(11, 22));
    expect(
      await run([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual(Float32Array.of(11, 22, 13, 24));
    expect([...(kept as Tensor).dataSync()]).toEqual([10, 20]);
    expect([...tf.tidy(() => tf.add(kept as Tensor, 1)).dataSync()]).toEqual([11, 21]);
    kept?.dispose();
    compiled.dispose();
    state.dispose();
  });

  it('reads an eager tensor that was there before', async () => {
    const before = native?.use(() => tf.keep(tf.add(tf.tensor1d([1, 2]), 1))) as Tensor1D;
    const step: Step = (_, { x }) => ({ state: {}, outputs: { y: tf.mul(x as Tensor, before) } });
    expect((await once(step, { x: host([2], Float32Array.of(5, 7)) })).y?.data).toEqual(Float32Array.of(10, 21));
    before.dispose();
  });

  it('names the layer and the shapes of what does not fit', async () => {
    const step: Step = (_, { x }) => ({
      state: {},
      outputs: {
        y: inLayer(
          'head/dense',
          () =>
            tf
              .engine()
              .runKernel(
                'BatchMatMul',
                { a: x as Tensor, b: x as Tensor },
                { transposeA: false, transposeB: false },
              ) as Tensor2D,
        ),
      },
    });
    const error = await failure(once(step, { x: host([3, 2], numbers(6)) }));
    expect(error).toMatchObject({ code: 'engine-failed' });
    expect(error?.message).toContain('in head/dense');
    expect(error?.message).toContain('float[3,2]');
    expect(error?.message).toContain('x float32[3, 2]');
  });

  it('names the layer of what fails while it runs', async () => {
    // The index is only known then.
    const step: Step = (_, { x }) => {
      const index = tf.cast(tf.sum(x as Tensor), 'int32');
      const gather = () =>
        tf
          .engine()
          .runKernel(
            'GatherV2',
            { x: x as Tensor, indices: tf.reshape(index, [1]) },
            { axis: 0, batchDims: 0 },
          ) as Tensor;
      return { state: {}, outputs: { y: inLayer('lookup', gather) } };
    };
    const why = whyNot(step, { x: host([3], Float32Array.of(1, 2, 3)) });
    // tfjs' own kernel reads the indices to check them: then it cannot be compiled, and the layer is named all the same.
    if (why !== null) return expect(why).toContain('lookup');
    const error = await failure(once(step, { x: host([3], Float32Array.of(1, 2, 3)) }));
    expect(error?.message).toContain('in lookup');
  });

  it('gives memory back: 120 forms of batch, then 300 steps', async () => {
    const state = engine.state({ w: host([64, 64], numbers(4096)) });
    const step = engine.compile(({ w }, { x }) => {
      const y = tf.matMul(x as Tensor2D, w as Tensor2D);
      return { state: { w: tf.add(w as Tensor, tf.mean(y)) }, outputs: { sum: tf.sum(y) } };
    }, state);
    const run = (rows: number) => step.run({ x: host([rows, 64], numbers(rows * 64, rows)) });
    const before = tf.memory().numTensors;
    for (let rows = 1; rows <= 40; rows++) await run(rows);
    const warm = process.memoryUsage().rss;
    for (let rows = 41; rows <= 160; rows++) await run(rows);
    for (let i = 0; i < 300; i++) await run(7);
    expect(tf.memory().numTensors).toBe(before);
    expect(process.memoryUsage().rss - warm).toBeLessThan(80e6);
    step.dispose();
    state.dispose();
  });

  it('holds its state through a graph that was full', async () => {
    const state = engine.state({ sum: scalar(0) });
    const step = engine.compile(({ sum }, { x }) => {
      const next = tf.add(sum as Tensor, tf.sum(x as Tensor));
      return { state: { sum: next }, outputs: { next } };
    }, state);
    for (let n = 1; n <= 40; n++) await step.run({ x: host([n], new Float32Array(n).fill(1)) });
    expect((await state.read()).sum?.data[0]).toBe(820);
    state.write({ sum: scalar(5) });
    expect((await step.run({ x: scalar(1) })).next?.data[0]).toBe(6);
    state.dispose();
  });

  it('lets JavaScript go on while it runs', async () => {
    const state = engine.state({ w: host([512, 512], numbers(512 * 512)) }, 'inference');
    const step = engine.compile(({ w }, { x }) => {
      let y: Tensor = x as Tensor2D;
      for (let i = 0; i < 40; i++) y = tf.tanh(tf.matMul(y as Tensor2D, w as Tensor2D));
      return { state: {}, outputs: { y: tf.sum(y) } };
    }, state);
    const batch = { x: host([2048, 512], numbers(2048 * 512)) };
    await step.run(batch);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await step.run(batch);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
    state.dispose();
  });

  it('computes what follows from a fixed state once, and anew after a write', async () => {
    const state = engine.state({ w: host([2], Float32Array.of(1, 2)) }, 'inference');
    const step = engine.compile(({ w }, { x }) => {
      const derived = tf.exp(tf.mul(w as Tensor, 2));
      return { state: {}, outputs: { y: tf.mul(x as Tensor, derived) } };
    }, state);
    const run = async () => [...((await step.run({ x: host([2], Float32Array.of(1, 1)) })).y?.data ?? [])];
    for (const value of [await run(), await run()]) {
      expect(value[0]).toBeCloseTo(Math.exp(2), 4);
      expect(value[1]).toBeCloseTo(Math.exp(4), 3);
    }
    state.write({ w: host([2], Float32Array.of(0, 0.5)) });
    const after = await run();
    expect(after[0]).toBeCloseTo(1, 6);
    expect(after[1]).toBeCloseTo(Math.E, 5);
    state.dispose();
  });
});
