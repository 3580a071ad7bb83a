import type * as tfjs from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTf } from '../../../src/runtime/engine/tfjs.ts';
import { clipping } from '../../../src/runtime/train/clip.ts';
import { itemLosses, maskedMean } from '../../../src/runtime/train/loss.ts';
import { registry } from './fixture.ts';

const tf = loadTf();

const component = registry.get('loss', 'binary-cross-entropy')!;
const numbers = (tensor: tfjs.Tensor) => [...tensor.dataSync()];

describe('the loss of a batch', () => {
  beforeAll(() => tf.setBackend('cpu').then(() => undefined));
  // At z = 0 every cell costs ln 2; at z = 800 and y = 1 nothing.
  const logits = () => tf.tensor2d([Array(6).fill(0), [800, 800, 800, 800, 800, 0]]);
  const labels = () => tf.tensor2d([Array(6).fill(1), Array(6).fill(1)]);

  it('sums over labels or takes their mean, as the recipe says', () => {
    const sum = itemLosses(tf, { component, params: { reduction: 'sum-over-labels' } }, logits(), labels());
    const mean = itemLosses(tf, { component, params: { reduction: 'mean-over-labels' } }, logits(), labels());
    const ln2 = Math.log(2);
    [6 * ln2, ln2].forEach((value, i) => {
      expect(numbers(sum)[i]).toBeCloseTo(value, 5);
      expect(numbers(mean)[i]).toBeCloseTo(value / 6, 5);
    });
  });

  it('is the mean over the items that count, over the whole batch', () => {
    // (1 + 2 + 6) / 3, where a mean of means over [1, 2] and [6, -] would be 3.75.
    expect(numbers(maskedMean(tf, tf.tensor1d([1, 2, 6, 99]), tf.tensor1d([1, 1, 1, 0])))).toEqual([3]);
  });

  it('is 0 where nothing counts', () => {
    expect(numbers(maskedMean(tf, tf.tensor1d([5]), tf.tensor1d([0])))).toEqual([0]);
  });
});

describe('clipping', () => {
  // Norm over both: sqrt(9 + 16 + 144) = 13.
  const gradients = () => [tf.tensor1d([3, 4]), tf.tensor2d([[12]])];

  it('scales all gradients by limit / norm where the norm is above it', () => {
    const { scale, norm } = clipping(tf, gradients(), 6.5)!;
    expect(numbers(scale)).toEqual([0.5]);
    expect(numbers(norm)).toEqual([13]);
  });

  it.each([13, 20])('leaves them as they are at %s', (limit) => {
    expect(numbers(clipping(tf, gradients(), limit)!.scale)).toEqual([1]);
  });

  it('is off at null', () => {
    expect(clipping(tf, gradients(), null)).toBeNull();
  });
});
