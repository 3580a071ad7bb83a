import { readFileSync } from 'node:fs';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { engines, type TestEngine } from '../../engine.ts';
import { expectClose, numbers, slopes } from './numbers.ts';

const keras = JSON.parse(readFileSync(new URL('../../fixtures/engine-gru.json', import.meta.url), 'utf8')) as {
  x: number[][][];
  kernel: number[][];
  recurrent_kernel: number[][];
  bias: number[][];
  sequences: number[][][];
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
  kernel: numbers(width * 3 * units, 2),
  recurrent: numbers(units * 3 * units, 3),
  bias: numbers(6 * units, 4),
});
const weightsOf = (c: Case) => numbers(c.steps * c.batch * c.units, 9);

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
      tf.tensor2d(c.kernel, [c.width, 3 * c.units]),
      tf.tensor2d(c.recurrent, [c.units, 3 * c.units]),
      tf.tensor2d(c.bias, [2, 3 * c.units]),
    ];
    const mask = tf.tensor2d(c.mask, [c.steps, c.batch]);
    const dy = tf.tensor3d(weights, [c.steps, c.batch, c.units]);
    const { value, grads } = tf.valueAndGrads((...[x, kernel, recurrent, bias]: Tensor[]) =>
      ops.gru(x as Tensor3D, kernel as Tensor2D, recurrent as Tensor2D, bias as Tensor2D, mask, reverse),
    )(inputs, dy);
    return [value, ...grads];
  });
}

/** The same in double precision, step by step as facts 5.1 says it. */
function plainGru(c: Case, reverse: boolean): number[] {
  const { steps, batch, width, units: u } = c;
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const out = new Array<number>(steps * batch * u).fill(0);
  for (let b = 0; b < batch; b++) {
    let h = new Array<number>(u).fill(0);
    for (let k = 0; k < steps; k++) {
      const t = reverse ? steps - 1 - k : k;
      if (c.mask[t * batch + b] === 0) continue;
      const product = (from: readonly number[], weights: Float32Array, bias: number) =>
        Array.from({ length: 3 * u }, (_, j) =>
          from.reduce(
            (sum, value, i) => sum + value * (weights[i * 3 * u + j] as number),
            c.bias[bias * 3 * u + j] as number,
          ),
        );
      const x = [...c.x.slice((t * batch + b) * width, (t * batch + b + 1) * width)];
      const [p, q] = [product(x, c.kernel, 0), product(h, c.recurrent, 1)];
      const sum = (block: number, j: number) => (p[block * u + j] as number) + (q[block * u + j] as number);
      h = h.map((old, j) => {
        const [z, r] = [sigmoid(sum(0, j)), sigmoid(sum(1, j))];
        return z * old + (1 - z) * Math.tanh((p[2 * u + j] as number) + r * (q[2 * u + j] as number));
      });
      for (let j = 0; j < u; j++) out[(t * batch + b) * u + j] = h[j] as number;
    }
  }
  return out;
}

const loss = (c: Case, reverse: boolean) => {
  const weights = weightsOf(c);
  return plainGru(c, reverse).reduce((sum, value, i) => sum + value * (weights[i] as number), 0);
};

describe.each(await engines())('GRU on $kind', (on) => {
  const { tf, ops } = on.engine;

  it("equals Keras' GRU with reset_after", () => {
    const [found] = on.values(() => {
      const x = tf.transpose(tf.tensor3d(keras.x), [1, 0, 2]);
      const [steps, batch] = x.shape;
      const weights = [keras.kernel, keras.recurrent_kernel, keras.bias].map((rows) => tf.tensor2d(rows));
      const [kernel, recurrent, bias] = weights as [Tensor2D, Tensor2D, Tensor2D];
      const y = ops.gru(x, kernel, recurrent, bias, tf.ones([steps, batch]) as Tensor2D, false);
      return [tf.transpose(y, [1, 0, 2])];
    });
    expectClose(found as number[], keras.sequences.flat(2), 1e-6);
  });

  it.each([false, true])('has the gradients that finite differences give, reverse %s', (reverse) => {
    const c = made(5, 3, 4, 3);
    // a hole in the middle, padding before, padding behind
    c.mask.set([1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0]);
    const [y, ...gradients] = run(on, c, weightsOf(c), reverse);
    expectClose(y as number[], plainGru(c, reverse), 1e-6);
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

  it('padding on either side changes no bit of a sequence', () => {
    const c = made(5, 1, 4, 3);
    const weights = weightsOf(c);
    const plain = run(on, c, weights, true)[0] as number[];
    const longer = { ...c, steps: 9, x: numbers(36, 7, 30), mask: Float32Array.of(0, 0, 1, 1, 1, 1, 1, 0, 0) };
    longer.x.set(c.x, 8);
    const padded = run(on, longer, numbers(27, 8), true)[0] as number[];
    expect(padded.slice(6, 21)).toEqual(plain);
  });
});
