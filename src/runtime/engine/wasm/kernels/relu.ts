import { RELU, RELU_GRAD, RELU6, RELU6_GRAD } from '../../ops/kernels.ts';
import type { TensorInfo } from '../../tfjs.ts';
import { floats } from '../backend.ts';
import { input, type WasmKernel } from './kernel.ts';

export const relu: WasmKernel = {
  name: RELU,
  run: (call) => call.tf.engine().runKernel('Relu', { x: input(call, 'x') as never }) as unknown as TensorInfo,
};

export const reluGradient: WasmKernel = {
  name: RELU_GRAD,
  run: (call) => {
    const { tf } = call;
    return tf.tidy(() => {
      const step = tf.engine().runKernel('Step', { x: input(call, 'y') as never }, { alpha: 0 });
      return tf.engine().runKernel('Multiply', { a: input(call, 'dy') as never, b: step as never });
    });
  },
};

export const relu6: WasmKernel = {
  name: RELU6,
  run: (call) => call.tf.engine().runKernel('Relu6', { x: input(call, 'x') as never }) as unknown as TensorInfo,
};

export const relu6Gradient: WasmKernel = {
  name: RELU6_GRAD,
  run: (call) => {
    const { backend } = call;
    const output = backend.makeOutput(input(call, 'y').shape, 'float32');
    const to = floats(backend, output);
    const y = floats(backend, input(call, 'y'));
    const dy = floats(backend, input(call, 'dy'));
    for (let at = 0; at < to.length; at++) {
      const value = y[at] as number;
      to[at] = value > 0 && value < 6 ? (dy[at] as number) : 0;
    }
    return output;
  },
};
