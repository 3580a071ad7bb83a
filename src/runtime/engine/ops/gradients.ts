import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';
import {
  BATCH_NORM,
  BATCH_NORM_GRAD,
  BIAS_ADD,
  BIAS_ADD_GRAD,
  kernel,
  kernels,
  RELU,
  RELU_GRAD,
  RELU6,
  RELU6_GRAD,
} from './kernels.ts';

let registered = false;

/** Gradients of ichor's kernels, the same for every backend. */
export function registerGradients(tf: TF): void {
  if (registered) return;
  registered = true;
  tf.registerGradient({
    kernelName: RELU,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => kernel(tf, RELU_GRAD, { dy: dy as Tensor, y: y as Tensor }) }),
  });
  tf.registerGradient({
    kernelName: RELU6,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => kernel(tf, RELU6_GRAD, { dy: dy as Tensor, y: y as Tensor }) }),
  });
  tf.registerGradient({
    kernelName: BIAS_ADD,
    gradFunc: (given) => {
      const dy = given as Tensor;
      return { x: () => dy, bias: () => kernel(tf, BIAS_ADD_GRAD, { dy }) };
    },
  });
  // No gradient flows through mean and variance: they only feed the running averages.
  tf.registerGradient({
    kernelName: BATCH_NORM,
    inputsToSave: ['x', 'gamma'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dys, saved, attributes) => {
      const [x, gamma, saved1, saved2, saved3] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const dy = (dys as Tensor[])[0] as Tensor;
      const [dx, dgamma, dbeta] = kernels(
        tf,
        BATCH_NORM_GRAD,
        { dy, x, gamma, saved1, saved2, saved3 },
        attributes,
      ) as [Tensor, Tensor, Tensor];
      return { x: () => dx, gamma: () => dgamma, beta: () => dbeta };
    },
  });
}
