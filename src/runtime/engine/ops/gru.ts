import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';
import { kernel, kernels } from './kernels.ts';
import { productWithInput } from './product-with-input.ts';

/**
 * GRU as Keras computes it by default, `reset_after` (facts 5.1): column blocks z, r, h; p = x W + b_0, q = h U + b_1;
 * z = sigmoid(p_z + q_z), r = sigmoid(p_r + q_r), n = tanh(p_h + r q_h); h' = z h + (1 - z) n. A masked step keeps h, its
 * output is 0. As with the LSTM what recurs has a gradient of its own, and all that does not is taken out of the loop.
 */
export function gru(
  tf: TF,
  biasAdd: (x: Tensor, bias: Tensor) => Tensor,
  x: Tensor3D,
  kernelWeights: Tensor2D,
  recurrent: Tensor2D,
  bias: Tensor2D,
  mask: Tensor2D,
  reverse: boolean,
): Tensor3D {
  const [steps, batch] = x.shape;
  const units = recurrent.shape[0];
  return tf.tidy(() => {
    const [ofInput, ofState] = tf.unstack(bias) as [Tensor, Tensor];
    const product = productWithInput(tf, x, kernelWeights);
    const input = tf.reshape(biasAdd(product, ofInput), [steps, batch, 3 * units]) as Tensor3D;
    const recur = tf.customGrad((input, recurrent, ofState, save) => {
      const run = forward(tf, input as Tensor3D, recurrent as Tensor2D, ofState as Tensor, mask, reverse);
      (save as (tensors: Tensor[]) => void)([recurrent as Tensor, mask, ...run.kept]);
      return {
        value: run.outputs,
        gradFunc: (dy, saved) => backward(tf, dy as Tensor3D, saved as Tensor[], reverse),
      };
    });
    return recur(input, recurrent, ofState) as Tensor3D;
  });
}

/** What the gradient needs of every step, each `[steps, batch, u]`: z, r, n, q_h, and h as the step found it. */
type Kept = [Tensor, Tensor, Tensor, Tensor, Tensor];

function forward(
  tf: TF,
  input: Tensor3D,
  recurrent: Tensor2D,
  ofState: Tensor,
  mask: Tensor2D,
  reverse: boolean,
): { outputs: Tensor3D; kept: Kept } {
  const [steps, batch, width] = input.shape;
  const units = width / 3;
  return tf.tidy(() => {
    const inputs = tf.unstack(input);
    const real = tf.unstack(tf.tile(tf.expandDims(mask, 2), [1, 1, units]).cast('bool'));
    const sizes = { numOrSizeSplits: [units, units, units], axis: 1 };
    const kept = Array.from({ length: 5 }, (): Tensor[] => new Array(steps));
    const after: Tensor[] = new Array(steps);
    let hidden: Tensor = tf.zeros([batch, units]);
    for (let k = 0; k < steps; k++) {
      const step = reverse ? steps - 1 - k : k;
      const state = kernel(tf, 'Add', {
        a: kernel(tf, 'BatchMatMul', { a: hidden, b: recurrent }, { transposeA: false, transposeB: false }),
        b: ofState,
      });
      const [pz, pr, ph] = kernels(tf, 'SplitV', { x: inputs[step] as Tensor }, sizes) as [Tensor, Tensor, Tensor];
      const [qz, qr, qh] = kernels(tf, 'SplitV', { x: state }, sizes) as [Tensor, Tensor, Tensor];
      const z = kernel(tf, 'Sigmoid', { x: kernel(tf, 'Add', { a: pz, b: qz }) });
      const r = kernel(tf, 'Sigmoid', { x: kernel(tf, 'Add', { a: pr, b: qr }) });
      const gated = kernel(tf, 'Multiply', { a: r, b: qh });
      const n = kernel(tf, 'Tanh', { x: kernel(tf, 'Add', { a: ph, b: gated }) });
      // z h + (1 - z) n
      const moved = kernel(tf, 'Multiply', { a: z, b: kernel(tf, 'Sub', { a: hidden, b: n }) });
      const next = kernel(tf, 'Add', { a: n, b: moved });
      [z, r, n, qh, hidden].forEach((tensor, i) => {
        (kept[i] as Tensor[])[step] = tensor;
      });
      hidden = kernel(tf, 'Select', { condition: real[step] as Tensor, t: next, e: hidden });
      after[step] = hidden;
    }
    return {
      outputs: tf.mul(tf.stack(after), tf.expandDims(mask, 2)) as Tensor3D,
      kept: kept.map((tensors) => tf.stack(tensors)) as Kept,
    };
  });
}

/**
 * With dh what comes back from later steps and a = dy + dh, [dz, dr, dq] = [a, a, a] * [(h - n) z(1-z), e q_h r(1-r), e r],
 * e = (1-z)(1-n^2); of the input's third block a e; dh = a z + [dz, dr, dq] U^T. The factors do not recur; of a masked
 * step they are 0, and that of dh is 1.
 */
function backward(tf: TF, dy: Tensor3D, saved: readonly Tensor[], reverse: boolean): [Tensor, Tensor, Tensor] {
  const [recurrent, mask, ...kept] = saved as [Tensor2D, Tensor2D, ...Kept];
  const [z, r, n, qh, before] = kept;
  const [steps, batch, units] = z.shape as [number, number, number];
  return tf.tidy(() => {
    const real = tf.expandDims(mask, 2);
    const slope = (gate: Tensor) => tf.mul(gate, tf.sub(1, gate));
    const toN = tf.mul(tf.mul(tf.sub(1, z), tf.sub(1, tf.square(n))), real);
    const toZ = tf.mul(tf.mul(tf.sub(before, n), slope(z)), real);
    const toR = tf.mul(tf.mul(toN, qh), slope(r));
    const toState = tf.unstack(tf.concat([toZ, toR, tf.mul(toN, r)], 2));
    const stays = tf.unstack(tf.add(tf.mul(z, real), tf.sub(1, real)));
    const given = tf.unstack(tf.mul(dy, real));
    // Once, not in each step: WASM has no fast product with a transposed matrix.
    const back = tf.transpose(recurrent);
    const arrived: Tensor[] = new Array(steps);
    const states: Tensor[] = new Array(steps);
    let dHidden: Tensor = tf.zeros([batch, units]);
    for (let k = 0; k < steps; k++) {
      const step = reverse ? k : steps - 1 - k;
      const a = kernel(tf, 'Add', { a: given[step] as Tensor, b: dHidden });
      const dState = kernel(tf, 'Multiply', { a: tf.concat([a, a, a], 1), b: toState[step] as Tensor });
      arrived[step] = a;
      states[step] = dState;
      dHidden = kernel(tf, 'Add', {
        a: kernel(tf, 'BatchMatMul', { a: dState, b: back }, { transposeA: false, transposeB: false }),
        b: kernel(tf, 'Multiply', { a, b: stays[step] as Tensor }),
      });
    }
    const dState = tf.reshape(tf.stack(states), [steps * batch, 3 * units]);
    const a = tf.stack(arrived);
    const dInput = tf.mul(tf.concat([a, a, a], 2), tf.concat([toZ, toR, toN], 2));
    const dRecurrent = tf.matMul(
      tf.reshape(before, [steps * batch, units]) as Tensor2D,
      dState as Tensor2D,
      true,
      false,
    );
    return [dInput, dRecurrent, tf.sum(dState, 0)];
  });
}
