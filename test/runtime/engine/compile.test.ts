import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { IchorError } from '../../../src/errors.ts';
import type { HostTensor, HostTensors, Step } from '../../../src/runtime/engine/engine.ts';
import { modes } from '../../engine.ts';
import { numbers } from './numbers.ts';

const host = (shape: number[], data: Float32Array): HostTensor => ({ shape, dtype: 'float32', data });
const scalar = (value: number) => host([], Float32Array.of(value));

describe.each(await modes())('a compiled step on $kind, $mode', ({ engine }) => {
  const { tf } = engine;
  /** A step with a state of its own. */
  const compile = (step: Step, initial: HostTensors) => {
    const state = engine.state(initial);
    const compiled = engine.compile(step, state);
    return {
      run: compiled.run,
      read: () => state.read(),
      write: (values: HostTensors) => state.write(values),
      dispose() {
        compiled.dispose();
        state.dispose();
      },
    };
  };
  const count: Step = ({ sum }, { add }) => {
    const next = tf.add(sum as Tensor, add as Tensor);
    return { state: { sum: next }, outputs: { double: tf.mul(next, 2) } };
  };

  /** A small network with batch norm and Adam-like slots. */
  const network = () => {
    const state: HostTensors = {
      kernel: host([3, 3, 3, 4], numbers(108, 1, 0.3)),
      gamma: host([4], new Float32Array(4).fill(1)),
      beta: host([4], new Float32Array(4)),
      mean: host([4], new Float32Array(4)),
      dense: host([4, 1], numbers(4, 2)),
    };
    const trained = ['kernel', 'gamma', 'beta', 'dense'];
    const step: Step = (state, { images, labels, rate }) => {
      const kept: Record<string, Tensor> = {};
      const forward = (...values: Tensor[]) => {
        const [kernel, gamma, beta, dense] = values as [Tensor, Tensor, Tensor, Tensor];
        const x = tf.div(tf.cast(images as Tensor, 'float32'), 255);
        const maps = tf.conv2d(x as never, kernel as never, 1, 'same');
        const { y, mean } = engine.ops.batchNorm(maps, gamma, beta, 1e-3);
        kept.mean = tf.keep(tf.clone(mean));
        const pooled = tf.mean(tf.maxPool(engine.ops.relu(y) as never, 2, 2, 'same'), [1, 2]);
        const error = tf.sub(tf.matMul(pooled, dense), labels as Tensor);
        return tf.mean(tf.square(error)) as Scalar;
      };
      const before = trained.map((name) => state[name] as Tensor);
      const { value, grads } = tf.valueAndGrads(forward)(before);
      const next = Object.fromEntries(
        trained.map((name, i) => [name, tf.sub(before[i] as Tensor, tf.mul(grads[i] as Tensor, rate as Tensor))]),
      );
      const mean = tf.clone(kept.mean as Tensor);
      kept.mean?.dispose();
      return { state: { ...next, mean }, outputs: { loss: value } };
    };
    const batch = (seed: number): HostTensors => ({
      images: { shape: [4, 8, 8, 3], dtype: 'int32', data: Uint8Array.from(numbers(768, seed, 127), (v) => v + 128) },
      labels: host([4, 1], numbers(4, seed + 1)),
      rate: scalar(0.05),
    });
    return { state, step, batch };
  };

  it('holds its state, and gives outputs', async () => {
    const step = compile(count, { sum: scalar(1) });
    expect(await step.run({ add: scalar(2) })).toEqual({
      double: { shape: [], dtype: 'float32', data: Float32Array.of(6) },
    });
    await step.run({ add: scalar(4) });
    expect((await step.read()).sum?.data).toEqual(Float32Array.of(7));
    step.write({ sum: scalar(100) });
    expect((await step.run({ add: scalar(1) })).double?.data).toEqual(Float32Array.of(202));
    step.dispose();
    await expect(step.run({ add: scalar(1) })).rejects.toThrow('disposed');
  });

  it('keeps the state that a step leaves out, and takes a part of it back as it was', async () => {
    const step = compile(
      ({ a, b }) => ({ state: { a: b as Tensor }, outputs: { a: a as Tensor, twice: a as Tensor } }),
      { a: scalar(1), b: scalar(2) },
    );
    expect((await step.run({})).twice?.data[0]).toBe(1);
    expect((await step.run({})).a?.data[0]).toBe(2);
    const read = await step.read();
    expect([read.a?.data[0], read.b?.data[0]]).toEqual([2, 2]);
    step.dispose();
  });

  it('leaves nothing behind over 50 steps, and less after it is disposed', async () => {
    const empty = tf.memory().numTensors;
    const { state, step, batch } = network();
    const compiled = compile(step, state);
    await compiled.run(batch(1));
    const before = tf.memory().numTensors;
    // A graph's state is in its session.
    expect(before).toBe(engine.mode === 'graph' ? empty : empty + Object.keys(state).length);
    for (let i = 0; i < 50; i++) await compiled.run(batch(i));
    expect(tf.memory().numTensors).toBe(before);
    compiled.dispose();
    expect(tf.memory().numTensors).toBe(empty);
  });

  it('learns, and does so to the byte again', async () => {
    const losses = async () => {
      const { state, step, batch } = network();
      const compiled = compile(step, state);
      const result: number[] = [];
      for (let i = 0; i < 30; i++) result.push((await compiled.run(batch(5))).loss?.data[0] as number);
      const weights = await compiled.read();
      compiled.dispose();
      return { result, weights };
    };
    const first = await losses();
    expect(first.result.at(-1)).toBeLessThan((first.result[0] as number) / 2);
    expect(await losses()).toEqual(first);
  });

  it('runs beside others', async () => {
    const steps = [1, 10, 100].map((start) => compile(count, { sum: scalar(start) }));
    const runs = await Promise.all(
      steps.flatMap((step) => [step.run({ add: scalar(1) }), step.run({ add: scalar(1) })]),
    );
    expect(runs.map(({ double }) => double?.data[0])).toEqual([4, 6, 22, 24, 202, 204]);
    for (const step of steps) step.dispose();
  });

  it('takes shapes that differ from call to call', async () => {
    const step = compile((_, { x }) => ({ state: {}, outputs: { sum: tf.sum(x as Tensor) } }), {});
    expect((await step.run({ x: host([2, 3], numbers(6).fill(1)) })).sum?.data[0]).toBe(6);
    expect((await step.run({ x: host([5], numbers(5).fill(1)) })).sum?.data[0]).toBe(5);
  });

  it('says what failed, and holds its state through it', async () => {
    const before = tf.memory().numTensors;
    const step = compile(({ a }, { x }) => ({ state: { a: tf.matMul(a as Tensor, x as Tensor) }, outputs: {} }), {
      a: host([2, 2], Float32Array.of(1, 2, 3, 4)),
    });
    const error = await step.run({ x: host([3, 2], new Float32Array(6)) }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(IchorError);
    expect(error).toMatchObject({ code: 'engine-failed', exit: 1 });
    expect((error as IchorError).message).toContain(engine.version);
    expect((error as IchorError).message).toContain('x float32[3, 2]');
    expect((await step.read()).a?.data).toEqual(Float32Array.of(1, 2, 3, 4));
    step.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
