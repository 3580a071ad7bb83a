import type { Backbone } from '../../../src/index.ts';
import type { HostTensors } from '../../../src/runtime/engine/engine.ts';
import type { NetworkSpec, NetworkWeight } from '../../../src/runtime/train/network.ts';
import { permuted, shapeInFile, sourceOf } from '../../../src/runtime/weights/forms.ts';

/**
 * FNV-1a of the name, then the integer hash lowbias32 of name + index, as a fraction u of 2^32: low + (high - low) u.
 * A plain loop: 54 million numbers. The same as test/fixtures/formula.py.
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

/** A weight under the name, and in the layout, that its reference has. */
export interface Referenced {
  weight: NetworkWeight;
  name: string;
  /** Axes of the reference's tensor in the order of the weight's; null: the same. */
  permute: readonly number[] | null;
  shape: readonly number[];
}

/** `library` null: Keras, whose names are the network's own. */
export function referenced(component: Backbone, { weights }: NetworkSpec, library: string | null): Referenced[] {
  return weights.map((weight) => {
    const own = { weight, name: weight.name, permute: null, shape: weight.shape };
    const names = library === null ? undefined : component.names?.[library];
    // The prediction layer is ours: the scripts give it our names.
    if (names === undefined || weight.name.startsWith('predictions/')) return own;
    const source = sourceOf(weight, names);
    if (source === null || 'constant' in source) throw new Error(`${library} has no ${weight.name}`);
    return { weight, ...source, shape: shapeInFile(weight.shape, source.permute) };
  });
}

/**
 * The values that the scripts in test/fixtures give to the reference's networks: the same formula, of the same names.
 * `shift`: of batch norms' beta.
 */
export function formulaWeights(all: readonly Referenced[], shift = 0): HostTensors {
  const range = ({ weight, shape, permute }: Referenced): [number, number] => {
    if (/gamma$|moving_variance$/.test(weight.name)) return [0.75, 1.25];
    const moved = weight.name.endsWith('/beta') ? shift : 0;
    if (!weight.name.endsWith('kernel')) return [moved - 0.1, moved + 0.1];
    const outputs = weight.name.endsWith('depthwise_kernel')
      ? shape[permute ? 0 : 2]
      : shape[permute ? 0 : shape.length - 1];
    const limit = Math.sqrt(3 / (size(shape) / (outputs as number)));
    return [-limit, limit];
  };
  return Object.fromEntries(
    all.map((one) => {
      const stored = formula(one.name, size(one.shape), ...range(one));
      const data = permuted(stored, one.shape, one.permute);
      return [one.weight.name, { shape: one.weight.shape, dtype: 'float32' as const, data }];
    }),
  );
}

/** Bytes and labels of a step of training. */
export const formulaBatch = (items: number, side: number) => ({
  images: formula('images', items * side * side * 3, 0, 256).map(Math.floor),
  labels: formula('labels', items * 6, 0, 1).map((u) => (u < 0.3 ? 1 : 0)),
});

/** Tensors in the reference's names and layout, as the scripts sum them up. */
export function summed(all: readonly Referenced[], values: ReadonlyMap<string, Float32Array>) {
  let squares = 0;
  let along = 0;
  const some = new Map<string, { norm: number; first: number[] }>();
  for (const one of all) {
    const own = values.get(one.weight.name);
    if (!own) continue;
    const stored = inLayoutOf(one, own);
    const direction = formula(`direction/${one.name}`, stored.length, -1, 1);
    let square = 0;
    stored.forEach((value, i) => {
      square += value * value;
      along += value * (direction[i] as number);
    });
    squares += square;
    some.set(one.name, { norm: Math.sqrt(square), first: [...stored.subarray(0, 3)] });
  }
  return { norm: Math.sqrt(squares), along, some };
}

/** A tensor of ours in the reference's layout. */
export function inLayoutOf({ weight, permute }: Referenced, own: Float32Array): Float32Array {
  if (permute === null) return own;
  const back = permute.map((_, axis) => permute.indexOf(axis));
  return permuted(own, weight.shape, back);
}
