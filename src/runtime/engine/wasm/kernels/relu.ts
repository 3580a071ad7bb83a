import { RELU, RELU_GRAD } from '../../ops/kernels.ts';
import type { TensorInfo } from '../../tfjs.ts';
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
