import type * as tfjs from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import adam from '../../../plugins/optimizers/adam.ts';
import { loadTf } from '../../../src/runtime/engine/tfjs.ts';
import reference from '../../fixtures/training.json' with { type: 'json' };

const tf = loadTf();

const params = {
  learningRate: reference.adam.lr,
  clipNorm: null,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
};

/** Three steps on p = [1, -2, 0.5] with the gradients of the reference. */
function run(): number[][] {
  let weight: tfjs.Tensor = tf.tensor1d([1, -2, 0.5]);
  let slots: Record<string, tfjs.Tensor> = { m: tf.zeros([3]), v: tf.zeros([3]) };
  return reference.adam.gradients.map((gradient, i) => {
    const scalars = Object.entries(adam.scalars(i + 1, params)).map(([name, value]) => [name, tf.scalar(value)]);
    const after = adam.update(tf, weight, tf.tensor1d(gradient), slots, Object.fromEntries(scalars), params);
    weight = after.weight;
    slots = after.slots;
    return [...weight.dataSync()];
  });
}

describe('adam', () => {
  beforeAll(() => tf.setBackend('cpu').then(() => undefined));

  it("takes Keras' steps, tiny gradients included", () => {
    run().forEach((weights, step) => {
      weights.forEach((weight, i) => {
        expect(weight).toBeCloseTo(reference.adam['keras_eps1e-7'][step]?.[i] as number, 6);
        expect(weight).toBeCloseTo(reference.adam.formula_keras_double[step]?.[i] as number, 6);
      });
    });
  });

  it('does not take those of PyTorch or TensorFlow.js: they part at the gradient of 1e-9', () => {
    const third = run()[2]?.[2] as number;
    for (const other of [
      reference.adam['formula_torch_double_eps1e-8'],
      reference.adam['formula_tfjs_double_eps1e-7'],
    ]) {
      expect(Math.abs(third - (other[2]?.[2] as number))).toBeGreaterThan(1e-4);
    }
  });
});
