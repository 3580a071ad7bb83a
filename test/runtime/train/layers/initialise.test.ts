import { describe, expect, it } from 'vitest';
import { stream } from '../../../../src/random.ts';
import { initialise } from '../../../../src/runtime/train/layers/initialise.ts';
import { fans, INITIALISERS } from '../../../../src/runtime/train/layers/initialisers.ts';

const drawn = (name: keyof typeof INITIALISERS, shape: number[], seed = 1) =>
  [...INITIALISERS[name](shape, stream(seed, 'init', 'w'))] as number[];
const meanSquare = (data: number[]) => data.reduce((sum, x) => sum + x * x, 0) / data.length;

describe('initial values', () => {
  it('count fans as Keras’ compute_fans does: window x channels', () => {
    expect(fans([7])).toEqual({ in: 7, out: 7 });
    expect(fans([10, 20])).toEqual({ in: 10, out: 20 });
    expect(fans([3, 5, 8, 16])).toEqual({ in: 120, out: 240 });
  });

  it('glorot-uniform fills +-sqrt(6 / (in + out)), here 0.5, with variance limit² / 3', () => {
    const data = drawn('glorot-uniform', [1, 1, 8, 16]);
    const large = drawn('glorot-uniform', [3, 3, 40, 60]);
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(0.5);
    expect(Math.max(...data)).toBeGreaterThan(0.45);
    expect(Math.min(...data)).toBeLessThan(-0.45);
    // 6 / (9 x 40 + 9 x 60) / 3 = 1 / 450. Standard error of 21,600 uniform squares: 0.6 %.
    expect(meanSquare(large) * 450).toBeCloseTo(1, 1);
  });

  it('he-normal has variance 2 / in and nothing beyond two deviations of the normal that was cut', () => {
    const data = drawn('he-normal', [3, 3, 50, 40]);
    expect(meanSquare(data) / (2 / 450)).toBeCloseTo(1, 1);
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual((2 * Math.sqrt(2 / 450)) / 0.8796256610342398 + 1e-7);
  });

  it.each([
    [4, 16],
    [16, 4],
    [6, 6],
  ])(
    'orthogonal %i x %i: orthonormal, and the Q of its normal matrix with a positive diagonal of R',
    (rows, columns) => {
      const q = drawn('orthogonal', [rows, columns]);
      const [long, short] = rows < columns ? [columns, rows] : [rows, columns];
      const column = (j: number) =>
        Array.from({ length: long }, (_, i) => q[rows < columns ? j * columns + i : i * columns + j] as number);
      const random = stream(1, 'init', 'w');
      const normal = Array.from({ length: short }, () => Array.from({ length: long }, () => random.normal()));
      const inner = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
      for (let i = 0; i < short; i++) {
        for (let j = 0; j < short; j++) {
          expect(inner(column(i), column(j))).toBeCloseTo(i === j ? 1 : 0, 6);
          // R = Qᵀ A is upper triangular, its diagonal positive: that makes Q the only one.
          const r = inner(column(i), normal[j] as number[]);
          if (i > j) expect(r).toBeCloseTo(0, 5);
          if (i === j) expect(r).toBeGreaterThan(0);
        }
      }
    },
  );

  it('lstm-bias is one for the forget gate, the second of four blocks', () => {
    expect(drawn('lstm-bias', [8])).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  });

  it('depend on seed and name alone: a layer more changes no other', () => {
    const weight = (name: string) => ({ name, shape: [4, 4], initializer: 'glorot-uniform' as const, trainable: true });
    const one = initialise({ weights: [weight('a/kernel')] }, 5);
    const two = initialise({ weights: [weight('b/kernel'), weight('a/kernel')] }, 5);
    expect(two['a/kernel']).toEqual(one['a/kernel']);
    expect(two['b/kernel']).not.toEqual(two['a/kernel']);
    expect(initialise({ weights: [weight('a/kernel')] }, 6)).not.toEqual(one);
  });
});
