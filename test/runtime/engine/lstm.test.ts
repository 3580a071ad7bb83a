import { readFileSync } from 'node:fs';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { engineOf, engines, type TestEngine } from '../../engine.ts';
import { expectClose, numbers, slopes } from './numbers.ts';

interface Direction {
  kernel: number[][];
  recurrent_kernel: number[][];
  bias: number[];
}
const keras = JSON.parse(readFileSync(new URL('../../fixtures/engine-lstm.json', import.meta.url), 'utf8')) as {
  x: number[][][];
  mask: number[][];
  forward: Direction;
  backward: Direction;
  sequences: number[][][];
  output_unmasked: number[][][];
};

/** A case of the op in plain numbers: x `[steps, batch, width]`, mask `[steps, batch]`. */
interface Case {
  steps: number;
  batch: number;
  width: number;
  units: number;
  x: Float32Array;
  mask: Float32Array;
  kernel: Float32Array;
  recurrent: Float32Array;
  bias: Float32Array;
}

const made = (steps: number, batch: number, width: number, units: number): Case => ({
  steps,
  batch,
  width,
  units,
  x: numbers(steps * batch * width, 1),
  mask: new Float32Array(steps * batch).fill(1),
  kernel: numbers(width * 4 * units, 2),
  recurrent: numbers(units * 4 * units, 3),
  bias: numbers(4 * units, 4),
});

/** Outputs and the gradients to x, kernel, recurrent and bias of sum(outputs x weights). */
function run(
  { engine: { tf, ops }, values }: TestEngine,
  c: Case,
  weights: Float32Array,
  reverse: boolean,
): number[][] {
  return values(() => {
    const inputs = [
      tf.tensor3d(c.x, [c.steps, c.batch, c.width]),
      tf.tensor2d(c.kernel, [c.width, 4 * c.units]),
      tf.tensor2d(c.recurrent, [c.units, 4 * c.units]),
      tf.tensor1d(c.bias),
    ];
    const mask = tf.tensor2d(c.mask, [c.steps, c.batch]);
    const f = (x: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor) =>
      ops.lstm(x as Tensor3D, kernel as Tensor2D, recurrent as Tensor2D, bias, mask, reverse);
    const dy = tf.tensor3d(weights, [c.steps, c.batch, c.units]);
    const { value, grads } = tf.valueAndGrads((...all: Tensor[]) => f(...(all as [Tensor, Tensor, Tensor, Tensor])))(
      inputs,
      dy,
    );
    return [value, ...grads];
  });
}

/** The same in double precision, step by step as facts 5.1 writes it. */
function plainLstm(c: Case, reverse: boolean): number[] {
  const { steps, batch, width, units: u } = c;
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const out = new Array<number>(steps * batch * u).fill(0);
  for (let b = 0; b < batch; b++) {
    let h = new Array<number>(u).fill(0);
    let cell = new Array<number>(u).fill(0);
    for (let k = 0; k < steps; k++) {
      const t = reverse ? steps - 1 - k : k;
      if (c.mask[t * batch + b] === 0) continue;
      const z = Array.from({ length: 4 * u }, (_, j) => {
        let sum = c.bias[j] as number;
        for (let i = 0; i < width; i++)
          sum += (c.x[(t * batch + b) * width + i] as number) * (c.kernel[i * 4 * u + j] as number);
        for (let i = 0; i < u; i++) sum += (h[i] as number) * (c.recurrent[i * 4 * u + j] as number);
        return sum;
      });
      const gate = (block: number, j: number) => z[block * u + j] as number;
      cell = cell.map((old, j) => sigmoid(gate(1, j)) * old + sigmoid(gate(0, j)) * Math.tanh(gate(2, j)));
      h = cell.map((value, j) => sigmoid(gate(3, j)) * Math.tanh(value));
      for (let j = 0; j < u; j++) out[(t * batch + b) * u + j] = h[j] as number;
    }
  }
  return out;
}

const weightsOf = (c: Case) => numbers(c.steps * c.batch * c.units, 9);
const loss = (c: Case, reverse: boolean) => {
  const weights = weightsOf(c);
  return plainLstm(c, reverse).reduce((sum, value, i) => sum + value * (weights[i] as number), 0);
};

describe.each(await engines())('LSTM on $kind', (on) => {
  const { tf, ops } = on.engine;
  const biLstm = (mask: number[][]) =>
    on.values(() => {
      const x = tf.transpose(tf.tensor3d(keras.x), [1, 0, 2]);
      const real = tf.transpose(tf.tensor2d(mask)) as Tensor2D;
      const half = ({ kernel, recurrent_kernel, bias }: Direction, reverse: boolean) =>
        ops.lstm(x, tf.tensor2d(kernel), tf.tensor2d(recurrent_kernel), tf.tensor1d(bias), real, reverse);
      const both = tf.concat([half(keras.forward, false), half(keras.backward, true)], 2);
      return [tf.transpose(both, [1, 0, 2])];
    })[0] as number[];

  it("equals Keras' Bidirectional under masks before and behind", () => {
    expectClose(biLstm(keras.mask), keras.sequences.flat(2), 1e-6);
  });

  it('equals torch.nn.LSTM without a mask', () => {
    expectClose(biLstm(keras.mask.map((row) => row.map(() => 1))), keras.output_unmasked.flat(2), 1e-6);
  });

  it.each([false, true])('has the gradients that finite differences give, reverse %s', (reverse) => {
    const c = made(5, 3, 4, 3);
    // a hole in the middle, padding before, padding behind
    c.mask.set([1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0]);
    const [y, ...gradients] = run(on, c, weightsOf(c), reverse);
    expectClose(y as number[], plainLstm(c, reverse), 1e-6);
    (['x', 'kernel', 'recurrent', 'bias'] as const).forEach((name, i) => {
      const expected = slopes((values) => loss({ ...c, [name]: values }, reverse), c[name], 1e-3);
      expectClose(gradients[i] as number[], expected, 2e-4);
    });
  });

  it('outputs 0 at masked steps, and passes them no gradient', () => {
    const c = made(4, 2, 3, 2);
    c.mask.set([0, 1, 1, 1, 0, 1, 1, 0]);
    const [y, dx] = run(on, c, weightsOf(c), false) as [number[], number[]];
    c.mask.forEach((real, i) => {
      if (real) return;
      expect(y.slice(i * 2, i * 2 + 2).every((value) => value === 0)).toBe(true);
      expect(dx.slice(i * 3, i * 3 + 3).every((value) => value === 0)).toBe(true);
    });
  });

  it.each([false, true])('padding and batch mates change no bit of a sequence, reverse %s', (reverse) => {
    const [batch, width, units, real] = [3, 6, 5, 7];
    const alone = made(real, batch, width, units);
    const weights = weightsOf(alone);
    // Sequence 0 as it is, between steps that hold rubbish; its mates are other sequences.
    const padded = (before: number, behind: number, mates: number) => {
      const steps = before + real + behind;
      const c = { ...made(steps, batch, width, units), mask: new Float32Array(steps * batch) };
      c.x.set(numbers(c.x.length, mates, 50));
      const dy = numbers(steps * batch * units, mates + 1);
      for (let t = 0; t < steps; t++) {
        const inside = t >= before && t < before + real;
        c.mask[t * batch] = inside ? 1 : 0;
        for (let b = 1; b < batch; b++) c.mask[t * batch + b] = (t + b) % 3 === 0 ? 0 : 1;
        if (!inside) continue;
        const from = (t - before) * batch;
        c.x.set(alone.x.subarray(from * width, (from + 1) * width), t * batch * width);
        dy.set(weights.subarray(from * units, (from + 1) * units), t * batch * units);
      }
      const [y, dx] = run(on, c, dy, reverse) as [number[], number[]];
      const pick = (values: number[], size: number) =>
        Array.from({ length: real }, (_, k) =>
          values.slice((k + before) * batch * size, (k + before) * batch * size + size),
        );
      return { y: pick(y, units), dx: pick(dx, width) };
    };
    const plain = padded(0, 0, 11);
    for (const other of [padded(0, 0, 12), padded(4, 0, 13), padded(0, 9, 14), padded(20, 3, 15)]) {
      expect(other.y).toEqual(plain.y);
      expect(other.dx).toEqual(plain.dx);
    }
  });

  it('gives the weights the same gradients however a sequence is padded', () => {
    const c = made(6, 2, 4, 3);
    const weights = weightsOf(c);
    const longer = { ...c, steps: 11, x: numbers(11 * 2 * 4, 77, 30), mask: new Float32Array(22) };
    longer.x.set(c.x, 3 * 2 * 4);
    longer.mask.fill(1, 6, 18);
    const dy = numbers(11 * 2 * 3, 78);
    dy.set(weights, 3 * 2 * 3);
    const [, , ...expected] = run(on, c, weights, false);
    const [, , ...found] = run(on, longer, dy, false);
    found.forEach((values, i) => {
      expectClose(values, expected[i] as number[], 1e-6);
    });
  });

  it('computes no gradient to x where nobody asks', () => {
    const before = tf.memory().numTensors;
    const count = on.use(() => {
      const c = made(3, 2, 4, 3);
      const x = tf.tensor3d(c.x, [3, 2, 4]);
      const mask = tf.ones([3, 2]) as Tensor2D;
      const g = tf.grad((kernel) =>
        ops.lstm(x, kernel as Tensor2D, tf.tensor2d(c.recurrent, [3, 12]), tf.tensor1d(c.bias), mask, false),
      );
      return g(tf.tensor2d(c.kernel, [4, 12])).size as never as number;
    });
    expect(count).toBe(48);
    expect(tf.memory().numTensors).toBe(before);
  });
});

const wasm = (await engineOf('wasm')) as TestEngine;
const native = await engineOf('native');
it.runIf(native)('the LSTM and its gradients are the same on both engines', () => {
  const c = made(12, 4, 10, 8);
  c.mask.fill(0, 40);
  for (const reverse of [false, true]) {
    const expected = run(native as TestEngine, c, weightsOf(c), reverse);
    run(wasm, c, weightsOf(c), reverse).forEach((values, i) => {
      expectClose(values, expected[i] as number[], 2e-6);
    });
  }
});
