import type { HostTensors } from '../../../src/runtime/engine/engine.ts';
import type { NetworkSpec } from '../../../src/runtime/train/network.ts';

/**
 * FNV-1a of the name, then the integer hash lowbias32 of name + index, as a fraction u of 2^32: low + (high - low) u.
 * A plain loop: 54 million numbers.
 */
export function formula(name: string, count: number, low: number, high: number): Float32Array {
  let hash = 2166136261;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 16777619);
  const data = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let x = hash + index;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    data[index] = low + (high - low) * (((x ^ (x >>> 16)) >>> 0) / 2 ** 32);
  }
  return data;
}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** The weights that test/fixtures/keras-embeddings.py gives to Keras' networks: the same formula, of the same names. */
export function formulaWeights({ weights }: NetworkSpec): HostTensors {
  const range = (name: string, shape: readonly number[]): [number, number] => {
    if (/gamma$|moving_variance$/.test(name)) return [0.75, 1.25];
    const limit = name.endsWith('kernel') ? Math.sqrt(3 / size(shape.slice(0, -1))) : 0.1;
    return [-limit, limit];
  };
  return Object.fromEntries(
    weights.map(({ name, shape }) => [
      name,
      { shape, dtype: 'float32' as const, data: formula(name, size(shape), ...range(name, shape)) },
    ]),
  );
}
