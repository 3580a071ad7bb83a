import type { Random } from '../../../random.ts';
import type { Initializer } from '../../../registry/kinds/layers.ts';
import { count } from './geometry.ts';

/** Keras' rule for how many numbers a unit reads and feeds: kernels are `[...window, in, out]`. */
export function fans(shape: readonly number[]): { in: number; out: number } {
  const [last = 1, previous = last] = [...shape].reverse();
  const window = count(shape.slice(0, -2));
  return { in: previous * window, out: last * window };
}

/** Limits of the variance: uniform in +-sqrt(6 / (in + out)). Glorot and Bengio 2010, Keras' GlorotUniform. */
function glorotUniform(shape: readonly number[], random: Random): Float32Array {
  const { in: fanIn, out } = fans(shape);
  const limit = Math.sqrt(6 / (fanIn + out));
  const data = new Float32Array(count(shape));
  for (let i = 0; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * limit;
  return data;
}

/** Standard deviation of a standard normal cut at +-2: Keras divides by it, so that the variance comes out as asked for. */
const TRUNCATED = 0.87962566103423978;

/** Normal cut at two deviations, variance 2 / in. He et al. 2015, Keras' HeNormal. */
function heNormal(shape: readonly number[], random: Random): Float32Array {
  const deviation = Math.sqrt(2 / fans(shape).in) / TRUNCATED;
  const data = new Float32Array(count(shape));
  for (let i = 0; i < data.length; i++) {
    let value = random.normal();
    while (Math.abs(value) > 2) value = random.normal();
    data[i] = value * deviation;
  }
  return data;
}

/**
 * Orthonormal rows (or columns, where there are more rows): the Q of a normal matrix with the diagonal of R positive.
 * Saxe et al. 2014, Keras' Orthogonal. Two rounds of Gram-Schmidt in double give that Q directly, signs included, to
 * machine precision.
 */
function orthogonal(shape: readonly number[], random: Random): Float32Array {
  const columns = shape.at(-1) ?? 1;
  const rows = count(shape) / columns;
  const [long, short] = rows < columns ? [columns, rows] : [rows, columns];
  const vectors: Float64Array[] = [];
  for (let j = 0; j < short; j++) {
    const vector = Float64Array.from({ length: long }, () => random.normal());
    for (let round = 0; round < 2; round++) for (const other of vectors) subtractProjection(vector, other);
    const length = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / length));
  }
  const data = new Float32Array(rows * columns);
  const [step, stride] = rows < columns ? [1, columns] : [columns, 1];
  vectors.forEach((vector, j) => {
    for (let i = 0; i < long; i++) data[j * stride + i * step] = vector[i] as number;
  });
  return data;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const along = dot(vector, unit);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - along * (unit[i] as number);
}

/** Zero, but one for the forget gate, the second of four blocks: a fresh LSTM remembers. Keras' unit_forget_bias. */
function lstmBias(shape: readonly number[]): Float32Array {
  const data = new Float32Array(count(shape));
  return data.fill(1, data.length / 4, data.length / 2);
}

export const INITIALISERS: Readonly<Record<Initializer, (shape: readonly number[], random: Random) => Float32Array>> = {
  'glorot-uniform': glorotUniform,
  'he-normal': heNormal,
  orthogonal,
  'lstm-bias': lstmBias,
  zeros: (shape) => new Float32Array(count(shape)),
  ones: (shape) => new Float32Array(count(shape)).fill(1),
};
