import { describe, expect, it } from 'vitest';
import type { WeightNames } from '../../../src/index.ts';
import { onesBesides, permuted, shapeInFile, sourceOf } from '../../../src/runtime/weights/forms.ts';

const torch: WeightNames = {
  form: 'torch',
  classifier: ['fc'],
  layer: (name) => (name === 'absent' ? null : `net.${name}`),
};
const folded: WeightNames = { ...torch, form: 'folded', layer: (name) => name.replace(/_BN$/, '') };
const weight = (name: string, shape: number[] = [4], epsilon?: number) => ({
  name,
  shape,
  ...(epsilon !== undefined && { epsilon }),
});

describe('where a weight lies in a file of another library’s', () => {
  it('torch: kernels outputs first, the rest under torch’s words', () => {
    expect(sourceOf(weight('a/kernel', [3, 3, 2, 5]), torch)).toEqual({ name: 'net.a.weight', permute: [2, 3, 1, 0] });
    expect(sourceOf(weight('a/depthwise_kernel', [3, 3, 4, 1]), torch)).toEqual({
      name: 'net.a.weight',
      permute: [2, 3, 0, 1],
    });
    expect(sourceOf(weight('a/kernel', [7, 6]), torch)).toEqual({ name: 'net.a.weight', permute: [1, 0] });
    const plain = { bias: 'bias', gamma: 'weight', beta: 'bias', moving_mean: 'running_mean' };
    for (const [own, theirs] of Object.entries({ ...plain, moving_variance: 'running_var' })) {
      expect(sourceOf(weight(`a/${own}`), torch)).toEqual({ name: `net.a.${theirs}`, permute: null });
    }
  });

  it('is nowhere where the library has no such layer, or no such variable', () => {
    expect(sourceOf(weight('absent/kernel', [1, 1, 2, 2]), torch)).toBeNull();
    expect(sourceOf(weight('a/recurrent_kernel'), torch)).toBeNull();
    expect(sourceOf(weight('a/recurrent_kernel'), folded)).toBeNull();
  });

  it('folded: the bias is the norm’s beta, and what is left of the norm adds it and does nothing else', () => {
    expect(sourceOf(weight('c/kernel', [3, 3, 2, 4]), folded)).toEqual({ name: 'c/0', permute: null });
    expect(sourceOf(weight('c/depthwise_kernel', [3, 3, 4, 1]), folded)).toEqual({ name: 'c/0', permute: null });
    expect(sourceOf(weight('c_BN/beta'), folded)).toEqual({ name: 'c/1', permute: null });
    const [gamma, mean, variance] = ['gamma', 'moving_mean', 'moving_variance'].map(
      (variable) => sourceOf(weight(`c_BN/${variable}`, [4], 1e-3), folded) as { constant: number },
    );
    const normed = (x: number, beta: number) =>
      ((gamma?.constant ?? 0) * (x - (mean?.constant ?? 0))) / Math.sqrt((variance?.constant ?? 0) + 1e-3) + beta;
    expect(normed(2.5, 0.25)).toBeCloseTo(2.75, 12);
  });

  it('knows gammas that are ones where the network has none', () => {
    const weights = ['a/beta', 'a/moving_variance', 'b/gamma', 'b/moving_variance'].map((name) => weight(name));
    expect(onesBesides(weights, torch)).toEqual(['net.a.weight']);
    expect(onesBesides(weights, folded)).toEqual([]);
  });
});

describe('axes', () => {
  it('a kernel of torch’s, number by number', () => {
    // [out 2, in 3, h 1, w 2]: the value at o, i, h, w is 100 o + 10 i + w.
    const stored = Float32Array.from([0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121]);
    const source = sourceOf(weight('a/kernel', [1, 2, 3, 2]), torch) as { permute: readonly number[] };
    expect(shapeInFile([1, 2, 3, 2], source.permute)).toEqual([2, 3, 1, 2]);
    // [h, w, in, out].
    const own = permuted(stored, [2, 3, 1, 2], source.permute);
    expect([...own]).toEqual([0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121]);
  });

  it('of one channel each, and of a matrix', () => {
    expect(shapeInFile([3, 5, 7, 1], [2, 3, 0, 1])).toEqual([7, 1, 3, 5]);
    // Channels 2, 1 x 2 windows: [c, 1, h, w] -> [h, w, c, 1].
    expect([...permuted(Float32Array.from([1, 2, 3, 4]), [2, 1, 1, 2], [2, 3, 0, 1])]).toEqual([1, 3, 2, 4]);
    expect([...permuted(Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3], [1, 0])]).toEqual([1, 4, 2, 5, 3, 6]);
    const same = Float32Array.from([1, 2]);
    expect(permuted(same, [2], null)).toBe(same);
    expect(shapeInFile([2], null)).toEqual([2]);
  });
});
