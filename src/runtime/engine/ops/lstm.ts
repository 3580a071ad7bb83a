import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';
import { kernel, kernels, SIGMOID_GRAD, TANH_GRAD } from './kernels.ts';
import { productWithInput } from './product-with-input.ts';

/**
 * LSTM as Keras computes it (facts 5.1): z = x W + b + h U, column blocks i, f, c, o; c' = f c + i tanh(z_c);
 * h' = o tanh(c'). A masked step keeps h and c, its output is 0.
 *
 * The product with the input is one matrix product over all steps, left to the tape (its gradient to x is then only
 * computed where somebody wants it). What recurs has a gradient of its own (facts-engine 2.6).
 */
export function lstm(
  tf: TF,
  biasAdd: (x: Tensor, bias: Tensor) => Tensor,
  x: Tensor3D,
  kernelWeights: Tensor2D,
  recurrent: Tensor2D,
  bias: Tensor,
  mask: Tensor2D,
  reverse: boolean,
): Tensor3D {
  const [steps, batch] = x.shape;
  const units = recurrent.shape[0];
  return tf.tidy(() => {
    const product = productWithInput(tf, x, kernelWeights);
    const input = tf.reshape(biasAdd(product, bias), [steps, batch, 4 * units]) as Tensor3D;
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
 * What the gradient needs of a step, each `[batch, u]`: the gates i, f, c (tanh), o; tanh(c'); c and h as the step found them; and
 * which sequences the step is real for.
 */
type Kept = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
const KEPT = 8;

function forward(tf: TF, input: Tensor3D, recurrent: Tensor2D, mask: Tensor2D, reverse: boolean) {
  const [steps, batch, width] = input.shape;
  const units = width / 4;
  return tf.tidy(() => {
    const inputs = tf.unstack(input);
    const real = tf.unstack(spread(tf, mask, units).cast('bool'));
    const kept: Kept[] = new Array(steps);
    const hiddenAfter: Tensor[] = new Array(steps);
    let hidden: Tensor = tf.zeros([batch, units]);
    let cells: Tensor = tf.zeros([batch, units]);
    for (const step of stepOrder(steps, reverse)) {
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
      const condition = real[step] as Tensor;
      kept[step] = [inputGate, forgetGate, candidate, outputGate, tanh, cells, hidden, condition];
      cells = kernel(tf, 'Select', { condition, t: newCells, e: cells });
      hidden = kernel(tf, 'Select', { condition, t: newHidden, e: hidden });
      hiddenAfter[step] = hidden;
    }
    return { outputs: tf.mul(tf.stack(hiddenAfter), tf.expandDims(mask, 2)) as Tensor3D, kept: kept.flat() };
  });
}

/**
 * With dh and dc what comes back from later steps, and a = dy + dh: dc' = a o (1 - tanh^2 c') + dc;
 * dz = [dc' g i(1-i), dc' c f(1-f), dc' i (1-g^2), a tanh(c') o(1-o)]; dh = dz U^T, dc = dc' f. A masked step adds nothing
 * anywhere and hands dh and dc on as they are. Step by step, whose tensors stay in the processor's cache: stacked
 * over the steps the same took a fifth of a training step.
 */
function backward(tf: TF, dy: Tensor3D, saved: readonly Tensor[], reverse: boolean): [Tensor, Tensor] {
  const [recurrent, mask, ...kept] = saved as [Tensor2D, Tensor2D, ...Tensor[]];
  const [steps, batch, units] = dy.shape;
  return tf.tidy(() => {
    const dys = tf.unstack(tf.mul(dy, tf.expandDims(mask, 2)));
    const dzs: Tensor[] = new Array(steps);
    // Once, not in each step: WASM has no fast product with a transposed matrix.
    const back = tf.transpose(recurrent);
    const none = tf.zeros([batch, units]);
    const multiply = (a: Tensor, b: Tensor) => kernel(tf, 'Multiply', { a, b });
    const add = (a: Tensor, b: Tensor) => kernel(tf, 'Add', { a, b });
    const sigmoid = (y: Tensor, dy: Tensor) => kernel(tf, SIGMOID_GRAD, { y, dy });
    const tanh = (y: Tensor, dy: Tensor) => kernel(tf, TANH_GRAD, { y, dy });
    let dHidden: Tensor = none;
    let dCells: Tensor = none;
    for (const step of stepOrder(steps, !reverse)) {
      const [inputGate, forgetGate, candidate, outputGate, tanhCells, cellsBefore, , condition] = kept.slice(
        step * KEPT,
        (step + 1) * KEPT,
      ) as Kept;
      const select = (t: Tensor, e: Tensor) => kernel(tf, 'Select', { condition, t, e });
      const dh = select(add(dys[step] as Tensor, dHidden), none);
      const dc = add(multiply(dh, tanh(tanhCells, outputGate)), dCells);
      const dcHere = select(dc, none);
      const dz = tf.concat(
        [
          multiply(dcHere, sigmoid(inputGate, candidate)),
          multiply(dcHere, sigmoid(forgetGate, cellsBefore)),
          multiply(dcHere, tanh(candidate, inputGate)),
          multiply(dh, sigmoid(outputGate, tanhCells)),
        ],
        1,
      );
      dzs[step] = dz;
      const product = kernel(tf, 'BatchMatMul', { a: dz, b: back }, { transposeA: false, transposeB: false });
      dHidden = select(product, dHidden);
      dCells = select(multiply(dc, forgetGate), dCells);
    }
    const dInput = tf.stack(dzs) as Tensor3D;
    const hiddenBefore = tf.stack(Array.from({ length: steps }, (_, step) => kept[step * KEPT + 6] as Tensor));
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
