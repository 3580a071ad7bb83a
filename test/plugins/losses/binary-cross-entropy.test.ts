import type * as tfjs from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import loss from '../../../plugins/losses/binary-cross-entropy.ts';
import { loadTf } from '../../../src/runtime/engine/tfjs.ts';
import reference from '../../fixtures/training.json' with { type: 'json' };

const tf = loadTf();

const { z, y, loss: expected, gradient } = reference.bce_logits;
const params = { reduction: 'sum-over-labels' as const };

describe('binary-cross-entropy', () => {
  beforeAll(() => tf.setBackend('cpu').then(() => undefined));

  it('gives the reference losses, at logits of +-800 too', () => {
    const cells = loss.cells(tf, tf.tensor2d([z]), tf.tensor2d([y]), params);
    cells.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5);
    });
  });

  it('has the gradient sigmoid(z) - y, at z = 0 too', () => {
    const sum = (logits: tfjs.Tensor) => tf.sum(loss.cells(tf, logits, tf.tensor2d([y]), params)) as tfjs.Scalar;
    tf.grad(sum)(tf.tensor2d([z]))
      .dataSync()
      .forEach((value, i) => {
        expect(value).toBeCloseTo(gradient[i] as number, 6);
      });
  });
});
