import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { seedOf } from '../../../../src/random.ts';
import type { Engine, EngineOps } from '../../../../src/runtime/engine/engine.ts';

export type LayerEngine = Pick<Engine, 'tf' | 'ops'>;

/** tfjs' plain JavaScript backend with each op written out from its definition: slow, and independent of our engines. */
export async function referenceEngine(): Promise<LayerEngine> {
  tf.env().set('IS_TEST', true); // No greeting in the console.
  await tf.setBackend('cpu');
  await tf.ready();
  return { tf, ops };
}

const ops: EngineOps = {
  batchNorm(x, gamma, beta, epsilon) {
    const axes = x.shape.map((_, axis) => axis).slice(0, -1);
    const { mean, variance } = tf.moments(x, axes);
    const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
    return { y: tf.add(gamma ? tf.mul(normal, gamma) : normal, beta), mean, variance };
  },
  biasAdd: (x, bias) => tf.add(x, bias),
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  lstm(x, kernel, recurrent, bias, mask, reverse) {
    const [steps, batch] = x.shape;
    const cells = recurrent.shape[0];
    let h: Tensor = tf.zeros([batch, cells]);
    let c: Tensor = tf.zeros([batch, cells]);
    const outputs: Tensor2D[] = [];
    const inputs = tf.unstack(x) as Tensor2D[];
    const masks = tf.unstack(mask);
    for (let i = 0; i < steps; i++) {
      const t = reverse ? steps - 1 - i : i;
      const real = tf.expandDims(masks[t] as Tensor, 1);
      const z = tf.add(tf.add(tf.matMul(inputs[t] as Tensor2D, kernel), tf.matMul(h as Tensor2D, recurrent)), bias);
      const [zi, zf, zc, zo] = tf.split(z, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
      const next = tf.add(tf.mul(tf.sigmoid(zf), c), tf.mul(tf.sigmoid(zi), tf.tanh(zc)));
      const out = tf.mul(tf.sigmoid(zo), tf.tanh(next));
      const kept = tf.sub(1, real);
      h = tf.add(tf.mul(real, out), tf.mul(kept, h));
      c = tf.add(tf.mul(real, next), tf.mul(kept, c));
      outputs[t] = tf.mul(real, h) as Tensor2D;
    }
    return tf.stack(outputs) as Tensor3D;
  },
  gru(x, kernel, recurrent, bias, mask, reverse) {
    const [steps, batch] = x.shape;
    let h: Tensor = tf.zeros([batch, recurrent.shape[0]]);
    const outputs: Tensor2D[] = [];
    const [ofInput, ofState] = tf.unstack(bias) as [Tensor, Tensor];
    for (let i = 0; i < steps; i++) {
      const t = reverse ? steps - 1 - i : i;
      const real = tf.expandDims(tf.unstack(mask)[t] as Tensor, 1);
      const p = tf.split(tf.add(tf.matMul(tf.unstack(x)[t] as Tensor2D, kernel), ofInput), 3, 1);
      const q = tf.split(tf.add(tf.matMul(h as Tensor2D, recurrent), ofState), 3, 1);
      const [z, r] = [0, 1].map((gate) => tf.sigmoid(tf.add(p[gate] as Tensor, q[gate] as Tensor))) as [Tensor, Tensor];
      const n = tf.tanh(tf.add(p[2] as Tensor, tf.mul(r, q[2] as Tensor)));
      const next = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), n));
      h = tf.add(tf.mul(real, next), tf.mul(tf.sub(1, real), h));
      outputs[t] = tf.mul(real, h) as Tensor2D;
    }
    return tf.stack(outputs) as Tensor3D;
  },
  warp() {
    throw new Error('No layer warps.');
  },
  prunes: false,
  update: () => false,
  statelessUniform(seed, shape) {
    const [a = 0, b = 0] = seed.dataSync();
    const key = (seedOf(a, 'reference', b)[0] ?? 0) / 2 ** 32;
    return tf.randomUniform([...shape], 0, 1, 'float32', key);
  },
};
