import { STATELESS_UNIFORM } from '../../ops/kernels.ts';
import { floats } from '../backend.ts';
import { philoxUniform } from '../philox.ts';
import { input, type WasmKernel } from './kernel.ts';

export const statelessUniform: WasmKernel = {
  name: STATELESS_UNIFORM,
  run(call) {
    const seed = input(call, 'seed');
    if (seed.dtype !== 'int32' || seed.shape.length !== 1 || seed.shape[0] !== 2) {
      throw new Error(`A seed must be int32 [2], not ${seed.dtype} [${seed.shape}].`);
    }
    const [first = 0, second = 0] = call.backend.typedArrayFromHeap(seed);
    const output = call.backend.makeOutput(call.attributes.shape as number[], 'float32');
    philoxUniform(first, second, floats(call.backend, output));
    return output;
  },
};
