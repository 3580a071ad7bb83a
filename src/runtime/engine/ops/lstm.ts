import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';
import { kernel, kernels } from './kernels.ts';

/**
 * LSTM as Keras computes it (facts 5.1): z = x W + b + h U, column blocks i, f, c, o; c' = f c + i tanh(z_c);
 * h' = o tanh(c'). A masked step keeps h and c, its output is 0.
 *
 * The product with the input is one matrix product over all steps, left to the tape (its gradient to x is then only
 * computed where somebody wants it). What recurs has a gradient of its own: all that does not recur is taken out of
 * the loop there too, which leaves nine small kernels a step (facts-engine 2.6).
 */
export function lstm(
  tf: TF,
  x: Tensor3D,
  kernelWeights: Tensor2D,
  recurrent: Tensor2D,
  bias: Tensor,
  mask: Tensor2D,
  reverse: boolean,
): Tensor3D {
  const [steps, batch, width] = x.shape;
  const units = recurrent.shape[0];
  return tf.tidy(() => {
    const product = tf.matMul(tf.reshape(x, [steps * batch, width]), kernelWeights);
    const input = tf.reshape(tf.add(product, bias), [steps, batch, 4 * units]) as Tensor3D;
    const recur = tf.customGrad((input, recurrent, save) => {
      const run = forward(tf, input as Tensor3D, recurrent as Tensor2D, mask, reverse);
      (save as (tensors: Tensor[]) => void)([recurrent as Tensor, mask, ...run.kept]);
      return {
        value: run.outputs,
        gradFunc: (dy, saved) => backward(tf, dy as Tensor3D, saved as Tensor[], reverse),
      };
    });
    return recur(input, recurrent) as Tensor3D;
  });
}

/**
 * What the gradient needs of every step, each `[steps, batch, u]`: the gates i, f, c (tanh), o; tanh(c'); and c and h as
 * the step found them.
 */
type Kept = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

function forward(tf: TF, input: Tensor3D, recurrent: Tensor2D, mask: Tensor2D, reverse: boolean) {
  const [steps, batch, width] = input.shape;
  const units = width / 4;
  const order = stepOrder(steps, reverse);
  return tf.tidy(() => {
    const inputs = tf.unstack(input);
    const real = tf.unstack(spread(tf, mask, units).cast('bool'));
    const kept = Array.from({ length: 7 }, (): Tensor[] => new Array(steps));
    const hiddenAfter: Tensor[] = new Array(steps);
    let hidden: Tensor = tf.zeros([batch, units]);
    let cells: Tensor = tf.zeros([batch, units]);
    for (const step of order) {
      const z = kernel(tf, 'Add', {
        a: inputs[step] as Tensor,
        b: kernel(tf, 'BatchMatMul', { a: hidden, b: recurrent }, { transposeA: false, transposeB: false }),
      });
      const [zInput, zForget, zCandidate, zOutput] = kernels(
        tf,
        'SplitV',
        { x: z },
        { numOrSizeSplits: [units, units, units, units], axis: 1 },
      ) as [Tensor, Tensor, Tensor, Tensor];
      const inputGate = kernel(tf, 'Sigmoid', { x: zInput });
      const forgetGate = kernel(tf, 'Sigmoid', { x: zForget });
      const candidate = kernel(tf, 'Tanh', { x: zCandidate });
      const outputGate = kernel(tf, 'Sigmoid', { x: zOutput });
      const newCells = kernel(tf, 'Add', {
        a: kernel(tf, 'Multiply', { a: forgetGate, b: cells }),
        b: kernel(tf, 'Multiply', { a: inputGate, b: candidate }),
      });
      const tanh = kernel(tf, 'Tanh', { x: newCells });
      const newHidden = kernel(tf, 'Multiply', { a: outputGate, b: tanh });
      [inputGate, forgetGate, candidate, outputGate, tanh, cells, hidden].forEach((tensor, i) => {
        (kept[i] as Tensor[])[step] = tensor;
      });
      const condition = real[step] as Tensor;
      cells = kernel(tf, 'Select', { condition, t: newCells, e: cells });
      hidden = kernel(tf, 'Select', { condition, t: newHidden, e: hidden });
      hiddenAfter[step] = hidden;
    }
    return {
      outputs: tf.mul(tf.stack(hiddenAfter), tf.expandDims(mask, 2)) as Tensor3D,
      kept: kept.map((tensors) => tf.stack(tensors)) as Kept,
    };
  });
}

/**
 * With dh and dc what comes back from later steps, and a = dy + dh:
 * dc' = a o (1 - tanh^2 c') + dc; dz = [dc', dc', dc', a] * [g i(1-i), c f(1-f), i (1-g^2), tanh(c') o(1-o)];
 * dh = dz U^T, dc = dc' f. The factors do not recur and are computed at once; for a masked step they are 0 (f: 1),
 * so that it adds nothing anywhere and hands dh and dc on as they are.
 */
function backward(tf: TF, dy: Tensor3D, saved: readonly Tensor[], reverse: boolean): [Tensor, Tensor] {
  const [recurrent, mask, ...kept] = saved as [Tensor2D, Tensor2D, ...Kept];
  const [inputGate, forgetGate, candidate, outputGate, tanhCells, cellsBefore, hiddenBefore] = kept;
  const [steps, batch, units] = tanhCells.shape as [number, number, number];
  const order = stepOrder(steps, !reverse);
  const factors = tf.tidy(() => {
    const real = tf.expandDims(mask, 2);
    const slope = (gate: Tensor) => tf.mul(gate, tf.sub(1, gate));
    const toZ = tf.concat(
      [
        tf.mul(slope(inputGate), candidate),
        tf.mul(slope(forgetGate), cellsBefore),
        tf.mul(tf.sub(1, tf.square(candidate)), inputGate),
        tf.mul(slope(outputGate), tanhCells),
      ],
      2,
    );
    return {
      toZ: tf.unstack(tf.mul(toZ, real)),
      toCells: tf.unstack(tf.mul(tf.mul(outputGate, tf.sub(1, tf.square(tanhCells))), real)),
      forget: tf.unstack(tf.add(tf.mul(forgetGate, real), tf.sub(1, real))),
      kept: tf.unstack(tf.sub(1, real)),
      dy: tf.unstack(tf.mul(dy, real)),
    };
  });
  return tf.tidy(() => {
    const dzs: Tensor[] = new Array(steps);
    // Once, not in each step: WASM has no fast product with a transposed matrix.
    const back = tf.transpose(recurrent);
    let dHidden: Tensor = tf.zeros([batch, units]);
    let dCells: Tensor = tf.zeros([batch, units]);
    for (const step of order) {
      const [dyHere, toZ, toCells, forget, kept] = [
        factors.dy[step],
        factors.toZ[step],
        factors.toCells[step],
        factors.forget[step],
        factors.kept[step],
      ] as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const dh = kernel(tf, 'Add', { a: dyHere, b: dHidden });
      const dc = kernel(tf, 'Add', { a: kernel(tf, 'Multiply', { a: dh, b: toCells }), b: dCells });
      const dz = kernel(tf, 'Multiply', { a: tf.concat([dc, dc, dc, dh], 1), b: toZ });
      dzs[step] = dz;
      dHidden = kernel(tf, 'Add', {
        a: kernel(tf, 'BatchMatMul', { a: dz, b: back }, { transposeA: false, transposeB: false }),
        b: kernel(tf, 'Multiply', { a: dHidden, b: kept }),
      });
      dCells = kernel(tf, 'Multiply', { a: dc, b: forget });
    }
    const dInput = tf.stack(dzs) as Tensor3D;
    const dRecurrent = tf.matMul(
      tf.reshape(hiddenBefore, [steps * batch, units]),
      tf.reshape(dInput, [steps * batch, 4 * units]),
      true,
      false,
    );
    return [dInput, dRecurrent];
  });
}

/** `[steps, batch]` -> `[steps, batch, units]`. */
function spread(tf: TF, mask: Tensor2D, units: number): Tensor3D {
  return tf.tile(tf.expandDims(mask, 2), [1, 1, units]) as Tensor3D;
}

function stepOrder(steps: number, reverse: boolean): number[] {
  return Array.from({ length: steps }, (_, index) => (reverse ? steps - 1 - index : index));
}
