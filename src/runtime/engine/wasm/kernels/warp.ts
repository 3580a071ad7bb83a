import { WARP } from '../../ops/kernels.ts';
import type { TensorInfo } from '../../tfjs.ts';
import { input, type WasmKernel } from './kernel.ts';

/** tfjs' Transform is TensorFlow's ImageProjectiveTransformV3. */
export const warp: WasmKernel = {
  name: WARP,
  run(call) {
    const images = input(call, 'images');
    return call.tf
      .engine()
      .runKernel(
        'Transform',
        { image: images as never, transforms: input(call, 'transforms') as never },
        { interpolation: 'bilinear', fillMode: 'nearest', fillValue: 0, outputShape: images.shape.slice(1, 3) },
      ) as unknown as TensorInfo;
  },
};
