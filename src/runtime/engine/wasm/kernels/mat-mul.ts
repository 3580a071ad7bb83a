import type { TensorInfo } from '../../tfjs.ts';
import { input, type WasmKernel } from './kernel.ts';

/** tfjs runs a product of transposed matrices in plain loops, one of upright ones in XNNPACK: so they are put upright. */
export const matMul: WasmKernel = {
  name: 'BatchMatMul',
  run(call) {
    const { tf, attributes } = call;
    const { transposeA, transposeB } = attributes;
    if (!transposeA && !transposeB) return call.original();
    const turn = (tensor: TensorInfo): TensorInfo => {
      const axes = tensor.shape.map((_, axis) => axis);
      axes.push(...axes.splice(-2).reverse());
      return tf.engine().runKernel('Transpose', { x: tensor as never }, { perm: axes }) as unknown as TensorInfo;
    };
    return tf.tidy(() => {
      const a = transposeA ? turn(input(call, 'a')) : input(call, 'a');
      const b = transposeB ? turn(input(call, 'b')) : input(call, 'b');
      return tf
        .engine()
        .runKernel('BatchMatMul', { a: a as never, b: b as never }, { transposeA: false, transposeB: false });
    });
  },
};
