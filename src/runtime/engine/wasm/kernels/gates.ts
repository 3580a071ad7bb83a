import { SIGMOID_GRAD, TANH_GRAD } from '../../ops/kernels.ts';
import { floats } from '../backend.ts';
import { input, type KernelCall, type WasmKernel } from './kernel.ts';

/** Gradients of a recurrence's gates by their outputs: one pass where tfjs has three. */
function byOutput(call: KernelCall, slope: (y: number) => number) {
  const { backend } = call;
  const output = backend.makeOutput(input(call, 'y').shape, 'float32');
  const to = floats(backend, output);
  const y = floats(backend, input(call, 'y'));
  const dy = floats(backend, input(call, 'dy'));
  for (let at = 0; at < to.length; at++) to[at] = (dy[at] as number) * slope(y[at] as number);
  return output;
}

export const sigmoidGradient: WasmKernel = {
  name: SIGMOID_GRAD,
  run: (call) => byOutput(call, (y) => y * (1 - y)),
};

export const tanhGradient: WasmKernel = { name: TANH_GRAD, run: (call) => byOutput(call, (y) => 1 - y * y) };
